import type { Chat, InboundMessage, Person } from "../../inbound-event.ts";
import type { Entry, Utterance } from "../lanes/entry.ts";
import { NAME_MAX_CHARS } from "../limits.ts";
import { asName, asSaid } from "./marks.ts";

/** One message as the agent is told it, whatever number of rows it came in. */
export interface Said {
  /** All parts in one; its `messageId` is that of the last. */
  readonly message: Utterance;
  readonly chat: Chat;
  readonly sender: Person;
  readonly text: string;
  /** Messages of the chat it consists of, the last one last. */
  readonly messageIds: readonly string[];
  /** It is nothing but an edit of a message that was taken up before. */
  readonly isEdit: boolean;
}

/** Puts the rows of one message together; undefined when there is nothing in them that is said to an agent. */
export function saidBy(entries: readonly Entry[]): Said | undefined {
  const [first] = entries;
  if (first?.event.kind === "press") {
    const { chat, sender, data } = first.event;
    const text = `callback_data: ${asSaid(data)}`;
    return { message: first.event, chat, sender, text, messageIds: [], isEdit: false };
  }
  const parts = asTheyRead(entries.flatMap(({ event }) => (event.kind === "message" ? [event] : [])));
  const last = parts.at(-1);
  if (!last) return undefined;
  const message = parts.length === 1 ? withOrigin(last) : merged(parts, last);
  return {
    message,
    chat: message.chat,
    sender: message.sender,
    text: message.text,
    messageIds: parts.map(({ messageId }) => messageId),
    isEdit: parts.every(({ isEdit }) => isEdit === true),
  };
}

/** Every message once, as its latest edit has it; whether it was named or answered something does not change. */
function asTheyRead(messages: readonly InboundMessage[]): InboundMessage[] {
  const parts = new Map<string, InboundMessage>();
  for (const told of messages) {
    const message = { ...told, text: asSaid(told.text) };
    const before = parts.get(message.messageId);
    parts.set(message.messageId, before ? edited(before, message) : message);
  }
  return [...parts.values()];
}

function edited(before: InboundMessage, edit: InboundMessage): InboundMessage {
  if (before.isEdit === true) return edit;
  const { isEdit: _isEdit, ...rest } = edit;
  return { ...before, ...rest, at: before.at, isMention: before.isMention || edit.isMention };
}

function merged(parts: readonly InboundMessage[], last: InboundMessage): InboundMessage {
  const replyTo = parts.find((part) => part.replyTo !== undefined)?.replyTo;
  const { replyTo: _replyTo, ...rest } = last;
  return {
    ...rest,
    text: parts
      .map((part) => withOrigin(part).text)
      .filter((text) => text !== "")
      .join("\n"),
    isMention: parts.some(({ isMention }) => isMention),
    media: parts.flatMap(({ media }) => media),
    ...(replyTo && { replyTo }),
  };
}

/** The model is told whose words are passed on. */
function withOrigin(message: InboundMessage): InboundMessage {
  const { forwardedFrom, text } = message;
  if (forwardedFrom === undefined) return message;
  const origin = `[Forwarded from ${oneLine(forwardedFrom)}]`;
  return { ...message, text: text === "" ? origin : `${origin}\n${text}` };
}

/** A name as it may stand in our words. */
export function oneLine(name: string): string {
  return asName(name, NAME_MAX_CHARS);
}

/** What somebody is called, with the id that proves who they are. */
export function calledBy({ id, name, username }: Person): string {
  const called = oneLine(name ?? (username === undefined ? "" : `@${username}`));
  return called === "" ? id : `${called} (${id})`;
}
