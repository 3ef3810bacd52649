import type { Clock } from "../../lib/clock.ts";
import type { OutboxRow } from "../../store/index.ts";
import type { Channel, ChannelConnection } from "../channel.ts";
import { type OutboundPart, type Receipt, SendError, type Target } from "../outbound-message.ts";
import { MOVED_CHATS_MAX, SEND_DEADLINE_MS } from "./limits.ts";
import { REACTIONS, sendErrorOf } from "./reactions.ts";
import { partOf, targetOf } from "./stored.ts";

/** Makes the call a delivery stands at, and those that follow from it at once: to where a chat moved, without markup. */
export class Sender {
  readonly #clock: Clock;
  readonly #moved = new Map<string, string>();
  readonly #stopping = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws SendError */
  async send(row: OutboxRow, channel: Channel, connection: ChannelConnection): Promise<Receipt> {
    const told = targetOf(row);
    const chat = `${row.channel}\n${row.accountId}\n${told.chatId}`;
    let target = this.#where(chat, told);
    let part = partOf(row);
    let isPlain = false;
    let hasMoved = false;
    while (true) {
      try {
        return await this.#call(part, target, connection, nameOf(row));
      } catch (thrown) {
        const error = sendErrorOf(thrown);
        const { movedTo } = error.details;
        if (movedTo !== undefined && error.failure !== "uncertain" && !hasMoved) {
          hasMoved = true;
          this.#remember(chat, movedTo);
          target = { ...told, chatId: movedTo };
        } else if (REACTIONS[error.failure].do === "plain") {
          const plain = isPlain ? undefined : channel.plain(part);
          if (plain === undefined) throw new SendError("refused", error.message, { cause: error });
          isPlain = true;
          part = plain;
        } else {
          throw error;
        }
      }
    }
  }

  /** Ends the calls that are under way; nobody knows whether they arrive. */
  abort(): void {
    this.#stopping.abort(new SendError("uncertain", "The gateway stopped before the call was over."));
  }

  async #call(
    part: OutboundPart,
    target: Target,
    connection: ChannelConnection,
    name: string,
  ): Promise<Receipt> {
    const late = new AbortController();
    const signal = AbortSignal.any([late.signal, this.#stopping.signal]);
    const aborted = Promise.withResolvers<never>();
    const onAbort = () => aborted.reject(sendErrorOf(signal.reason));
    signal.addEventListener("abort", onAbort);
    const hung = `The platform did not answer within ${SEND_DEADLINE_MS / 60_000} minutes.`;
    const timer = this.#clock.after(SEND_DEADLINE_MS, () => late.abort(new SendError("uncertain", hung)));
    try {
      // A connection that does not heed the signal must not hold the lane.
      return await Promise.race([connection.send(part, target, signal, name), aborted.promise]);
    } finally {
      timer.cancel();
      signal.removeEventListener("abort", onAbort);
    }
  }

  #where(chat: string, told: Target): Target {
    const chatId = this.#moved.get(chat);
    return chatId === undefined ? told : { ...told, chatId };
  }

  #remember(chat: string, chatId: string): void {
    const [oldest] = this.#moved.keys();
    if (this.#moved.size >= MOVED_CHATS_MAX && oldest !== undefined) this.#moved.delete(oldest);
    this.#moved.set(chat, chatId);
  }
}

/** The call a delivery stands at, by a name that no other one has, also not after the numbers of rows began anew. */
function nameOf({ id, createdAt, receipts }: OutboxRow): string {
  return `${id}.${createdAt}.${receipts.length}`;
}
