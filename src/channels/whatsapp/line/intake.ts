import { doublingMs } from "../../../lib/backoff.ts";
import { rest } from "../../../lib/rest.ts";
import {
  type ChannelKeyRepository,
  type KeyOwner,
  type StoredArrival,
  StoreError,
} from "../../../store/index.ts";
import type { ChannelContext } from "../../channel.ts";
import { whatsappSettings } from "../account/index.ts";
import { eventOf, isGroup, type Keyed, type OwnIds, readArrival } from "../normalise/index.ts";
import type { BaileysLibrary } from "../socket/index.ts";
import {
  ARRIVAL_MEMORY_MS,
  INTAKE_RETRY_FIRST_MS,
  INTAKE_RETRY_MAX_MS,
  KEPT_ARRIVAL_MAX_BYTES,
  PRUNED_AFTER_ARRIVALS,
} from "./limits.ts";
import type { RecentMessage, RecentMessages } from "./recent.ts";

export interface IntakeDeps {
  readonly context: Pick<ChannelContext, "receive" | "ready" | "clock" | "log" | "current">;
  readonly keys: ChannelKeyRepository;
  readonly owner: KeyOwner;
  readonly library: BaileysLibrary;
  readonly own: OwnIds;
  readonly recent: RecentMessages;
  readonly titleOf: (group: string) => Promise<string | undefined>;
  /** A message of somebody is in the inbox. */
  readonly taken: (message: RecentMessage) => void;
}

/** What an arrival told, and the message as it is quoted. */
interface Taken {
  readonly keyed: Keyed | undefined;
  readonly message?: RecentMessage;
}

/**
 * Takes what was decrypted into the inbox, in order: first what an earlier process left, then whatever arrives. An arrival is done
 * with once its event is in the inbox; dying between the two brings the same event again, and the inbox knows it.
 */
export class Intake {
  readonly #deps: IntakeDeps;
  readonly #signal: AbortSignal;
  #working: Promise<void> | undefined;
  #hasMore = false;
  #sincePruned = 0;

  constructor(deps: IntakeDeps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
  }

  /** Something is in the store. Never throws. */
  poke(): void {
    this.#hasMore = true;
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
      if (this.#hasMore && !this.#signal.aborted) this.poke();
    });
  }

  /** Settles when everything that is in the store was taken in, or the signal was given. */
  async settled(): Promise<void> {
    while (this.#working) await this.#working;
  }

  async #work(): Promise<void> {
    const { context, keys, owner } = this.#deps;
    for (let failures = 0; this.#hasMore && !this.#signal.aborted;) {
      this.#hasMore = false;
      try {
        for (const arrival of await keys.arrivals(owner)) {
          await context.ready(this.#signal);
          if (this.#signal.aborted) return;
          await this.#take(arrival);
        }
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures === 1) context.log.error("messages cannot be taken in; it is tried again", { error });
        this.#hasMore = true;
        await rest(
          context.clock,
          doublingMs(failures, INTAKE_RETRY_FIRST_MS, INTAKE_RETRY_MAX_MS),
          this.#signal,
        );
      }
    }
  }

  /** @throws StoreError */
  async #take(arrival: StoredArrival): Promise<void> {
    const { context, keys, owner, own, recent, taken } = this.#deps;
    const { all, isForLibrary, isOwn } = await this.#read(arrival);
    const events = all.flatMap(({ keyed }) => keyed ?? []);
    if (events.length > 0) {
      await context.receive({ identity: `number:${own.number}`, events, isDurable: true });
    }
    // Whoever writes can put keys beside their words: those who are nobody's device here fill no disk with it.
    const isKept = isForLibrary && (isOwn || arrival.payload.length <= KEPT_ARRIVAL_MAX_BYTES);
    await keys.taken(owner, arrival.key, isKept);
    await this.#prune();
    for (const { keyed, message } of all) {
      if (!message || !keyed) continue;
      recent.put(keyed.lane, message);
      if (keyed.event.kind === "message") taken(message);
    }
  }

  /** What was taken in long ago is forgotten while the account runs, too. @throws StoreError */
  async #prune(): Promise<void> {
    const { context, keys, owner } = this.#deps;
    this.#sincePruned += 1;
    if (this.#sincePruned < PRUNED_AFTER_ARRIVALS) return;
    this.#sincePruned = 0;
    await keys.prune(owner, context.clock.now() - ARRIVAL_MEMORY_MS);
  }

  async #read(arrival: StoredArrival): Promise<{
    readonly all: readonly Taken[];
    readonly isForLibrary: boolean;
    readonly isOwn: boolean;
  }> {
    const { context, library, own, titleOf } = this.#deps;
    try {
      const { messages, isForLibrary, isOwn } = readArrival(arrival, own, library);
      const { selfChatMode } = whatsappSettings(context.current());
      const all: Taken[] = [];
      for (const message of messages) {
        const keyed = await eventOf(message, {
          own,
          titleOf,
          numberOfLid: (lid) => this.#numberOfLid(lid),
          unwrapped: (inner) => library.normalizeMessageContent(inner),
          hearsSelf: selfChatMode !== false,
        });
        const { key, content } = message;
        all.push({ keyed, ...(content && { message: { key, message: content } }) });
      }
      return { all, isForLibrary, isOwn };
    } catch (error) {
      if (error instanceof StoreError) throw error;
      // It came decrypted and in order; one that cannot be read must not hold up all others.
      context.log.warn("a message could not be read", {
        error: error instanceof Error ? error.message : "unknown",
      });
      const reason = "reading it failed";
      const event = { kind: "unreadable", at: arrival.at, reason, raw: null } as const;
      const keyed = { key: `unreadable:${arrival.key}`, lane: "unreadable", event };
      return { all: [{ keyed }], isForLibrary: true, isOwn: false };
    }
  }

  /** What the server told us of an id without a number. */
  async #numberOfLid(lid: string): Promise<string | undefined> {
    const { keys, owner } = this.#deps;
    const id = `${lid}_reverse`;
    const text = (await keys.keys(owner, "lid-mapping", [id])).get(id);
    const value: unknown = text === undefined ? undefined : JSON.parse(text);
    return typeof value === "string" && /^\d{5,20}$/.test(value) ? value : undefined;
  }
}

/** Whether whoever wrote a message learns that it was read. */
export function sendsReadReceipts({ key }: RecentMessage, context: Pick<ChannelContext, "current">): boolean {
  if (key.fromMe === true || (key.remoteJid && isGroup(key.remoteJid) && !key.participant)) return false;
  return whatsappSettings(context.current()).sendReadReceipts;
}
