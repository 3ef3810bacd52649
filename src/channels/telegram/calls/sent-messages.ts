import type { Receipt, Target } from "../../outbound-message.ts";
import type { SentMessage } from "../normalise/index.ts";
import { SENT_REMEMBERED } from "./limits.ts";

/** The newest messages the account sent: reactions tell neither whose message they are for nor its topic. */
export class SentMessages {
  readonly #known = new Map<string, SentMessage>();

  /** Remembers what arrived. */
  add(receipt: Receipt, { topicId }: Target): void {
    for (const id of receipt.messageIds ?? [receipt.messageId]) {
      this.#known.set(`${receipt.chatId}:${id}`, topicId === undefined ? {} : { topicId });
    }
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= SENT_REMEMBERED) break;
      this.#known.delete(oldest);
    }
  }

  /** Undefined for messages of others, and for those sent long ago. */
  find(chatId: string, messageId: string): SentMessage | undefined {
    return this.#known.get(`${chatId}:${messageId}`);
  }
}
