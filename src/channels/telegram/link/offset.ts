import { isRecord } from "../../../lib/records.ts";
import type { ChannelContext } from "../../channel.ts";
import { OFFSET_NOTE_MS, OFFSET_TRUST_MS } from "./limits.ts";

const KEY = "updates";

/** How far a bot's updates were read. Telegram numbers them anew after a quiet week: then it is asked from the beginning. */
export class Offset {
  readonly #context: Pick<ChannelContext, "memory" | "clock">;
  #next: number | undefined;
  #heardAt: number;
  #notedAt = 0;

  private constructor(
    context: Pick<ChannelContext, "memory" | "clock">,
    next: number | undefined,
    heardAt: number,
  ) {
    this.#context = context;
    this.#next = next;
    this.#heardAt = heardAt;
  }

  /** Where `bot:<id>` stands. @throws StoreError */
  static async of(
    botId: string,
    context: Pick<ChannelContext, "memory" | "clock" | "cursor">,
  ): Promise<Offset> {
    const text = await context.cursor(`bot:${botId}`);
    const next = text === undefined ? Number.NaN : Number(text);
    const noted = await context.memory.get(KEY);
    const at = isRecord(noted) && noted["bot"] === botId ? noted["at"] : undefined;
    return new Offset(
      context,
      Number.isSafeInteger(next) ? next : undefined,
      typeof at === "number" ? at : context.clock.now(),
    );
  }

  /** What to ask from; undefined for all that Telegram has. */
  get next(): number | undefined {
    return this.#context.clock.now() - this.#heardAt > OFFSET_TRUST_MS ? undefined : this.#next;
  }

  /** Updates up to `next` are durable. */
  async advance(botId: string, next: number): Promise<void> {
    const { clock, memory } = this.#context;
    this.#next = next;
    this.#heardAt = clock.now();
    if (clock.now() - this.#notedAt < OFFSET_NOTE_MS) return;
    this.#notedAt = clock.now();
    // What is not noted makes the bot ask for more than it needs, and the inbox knows what it has.
    await memory.put(KEY, { bot: botId, at: clock.now() }).catch(() => undefined);
  }
}
