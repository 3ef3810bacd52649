import type { Person } from "../../inbound-event.ts";
import { CONTEXT_MAX_CHARS, MAX_HISTORIES, MAX_HISTORY_CHARS } from "../limits.ts";

/** What somebody said in a group without meaning us. */
export interface OverheardMessage {
  readonly messageId: string;
  readonly sender: Person;
  readonly text: string;
}

/**
 * What was said in groups since the last answer, the latest of each. It lives in memory: after a restart the agent knows
 * of nothing that was said before it.
 */
export class GroupHistory {
  /** The one that was silent longest first. */
  readonly #chats = new Map<string, readonly OverheardMessage[]>();
  #chars = 0;

  add(chat: string, { messageId, sender, text }: OverheardMessage, limit: number): void {
    const before = this.of(chat);
    const kept = { messageId, sender, text: text.slice(0, CONTEXT_MAX_CHARS) };
    this.#put(chat, []);
    this.#put(chat, limit <= 0 ? [] : [...before, kept].slice(-limit));
    for (const oldest of this.#chats.keys()) {
      if (this.#chats.size <= MAX_HISTORIES && this.#chars <= MAX_HISTORY_CHARS) break;
      this.#put(oldest, []);
    }
  }

  /** Puts a new text in place of what the same person said; false when the message is not among those kept. */
  edit(chat: string, { messageId, sender, text }: OverheardMessage): boolean {
    const before = this.of(chat);
    const isIt = saidAs(messageId, sender);
    if (!before.some(isIt)) return false;
    const kept = text.slice(0, CONTEXT_MAX_CHARS);
    this.#put(
      chat,
      before.map((one) => (isIt(one) ? { ...one, text: kept } : one)),
    );
    return true;
  }

  /** Takes out what somebody said, for it is said to the agent now; false when it is not among those kept. */
  remove(chat: string, messageId: string, sender: Person): boolean {
    const before = this.of(chat);
    const isIt = saidAs(messageId, sender);
    const left = before.filter((one) => !isIt(one));
    this.#put(chat, left);
    return left.length < before.length;
  }

  of(chat: string): readonly OverheardMessage[] {
    return this.#chats.get(chat) ?? [];
  }

  /** The agent has been told of these. */
  forget(chat: string, told: readonly OverheardMessage[]): void {
    this.#put(
      chat,
      this.of(chat).filter((one) => !told.includes(one)),
    );
  }

  #put(chat: string, messages: readonly OverheardMessage[]): void {
    this.#chars += charsOf(messages) - charsOf(this.of(chat));
    if (messages.length === 0) this.#chats.delete(chat);
    else this.#chats.set(chat, messages);
  }
}

function charsOf(messages: readonly OverheardMessage[]): number {
  return messages.reduce((sum, { text }) => sum + text.length, 0);
}

/** Not every platform keeps people from naming the messages of others: a message is known by its id and who said it. */
function saidAs(messageId: string, sender: Person): (one: OverheardMessage) => boolean {
  return (one) => one.messageId === messageId && one.sender.id === sender.id;
}
