import { isRecord } from "../../../lib/records.ts";
import { StoreError, type StoreErrorCode } from "../../../store/index.ts";
import type { ChannelContext, InboundBatch } from "../../channel.ts";
import { type BotSelf, type KeyedEvent, normaliseUpdate } from "../normalise/index.ts";

/** Faults of the store that are about what is stored, not about the store. */
const ABOUT_THE_EVENT: readonly StoreErrorCode[] = ["constraint", "failed"];

/** Makes updates durable. What cannot be read or stored as it is becomes an event that says so: nothing stops the others. */
export class Intake {
  readonly #context: Pick<ChannelContext, "receive" | "clock" | "log">;
  readonly #read: typeof normaliseUpdate;

  constructor(context: Pick<ChannelContext, "receive" | "clock" | "log">, read = normaliseUpdate) {
    this.#context = context;
    this.#read = read;
  }

  /** Resolves once everything is durable, the cursor with the last of it. @throws StoreError when nothing can be stored now */
  async take(updates: readonly unknown[], self: BotSelf, cursor?: string): Promise<void> {
    const identity = `bot:${self.id}`;
    const events = updates.flatMap((update) => this.#events(update, self));
    const batch: InboundBatch = { identity, events, ...(cursor !== undefined && { cursor }) };
    try {
      await this.#context.receive(batch);
    } catch (error) {
      if (events.length === 0 || !isAboutTheEvent(error)) throw error;
      await this.#oneByOne(batch);
    }
  }

  #events(update: unknown, self: BotSelf): readonly KeyedEvent[] {
    const at = this.#context.clock.now();
    try {
      return this.#read(update, self, at);
    } catch (error) {
      this.#context.log.warn("an update could not be read", { error: String(error) });
      const id = isRecord(update) ? update["update_id"] : undefined;
      const key = typeof id === "number" ? String(id) : Bun.hash(JSON.stringify(update) ?? "").toString(36);
      const reason = "reading it failed";
      return [
        {
          key: `unreadable:${key}`,
          lane: "unreadable",
          event: { kind: "unreadable", at, reason, raw: update ?? null },
        },
      ];
    }
  }

  async #oneByOne({ identity, events, cursor }: InboundBatch): Promise<void> {
    for (const one of events) {
      try {
        await this.#context.receive({ identity, events: [one] });
      } catch (error) {
        if (!isAboutTheEvent(error)) throw error;
        this.#context.log.warn("an update could not be stored as it is", {
          key: one.key,
          error: String(error),
        });
        const at = this.#context.clock.now();
        const event = {
          kind: "unreadable",
          at,
          reason: "it could not be stored as it is",
          raw: null,
        } as const;
        await this.#context.receive({ identity, events: [{ key: one.key, lane: "unreadable", event }] });
      }
    }
    if (cursor !== undefined) await this.#context.receive({ identity, events: [], cursor });
  }
}

function isAboutTheEvent(error: unknown): boolean {
  return !(error instanceof StoreError) || ABOUT_THE_EVENT.includes(error.code);
}
