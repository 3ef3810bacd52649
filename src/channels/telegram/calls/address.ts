import { SendError, type Target } from "../../outbound-message.ts";

/** Topic of a forum that everything without a topic is in; Telegram refuses to be told of it when something is sent. */
const GENERAL_TOPIC = "1";

/** Where a message goes: the chat as text, and the topic unless it is the general one. */
export function sendingTo(target: Target): { readonly chat_id: string; readonly message_thread_id?: number } {
  return { chat_id: target.chatId, ...threadOf(target, false) };
}

/** The same with the chat as a number, as calls beside sending have it. */
export function workingIn(target: Target): {
  readonly chat_id: number | string;
  readonly message_thread_id?: number;
} {
  return { chat_id: chatNumber(target.chatId), ...threadOf(target, false) };
}

/** Where typing is shown: here the general topic is named, else nobody sees it. */
export function typingIn(target: Target): {
  readonly chat_id: number | string;
  readonly message_thread_id?: number;
} {
  return { chat_id: chatNumber(target.chatId), ...threadOf(target, true) };
}

/** A chat as a number; names stay what they are. */
export function chatNumber(chatId: string): number | string {
  const number = /^-?\d+$/.test(chatId) ? Number(chatId) : undefined;
  return number !== undefined && Number.isSafeInteger(number) ? number : chatId;
}

/** @throws SendError `refused` for what is no message id */
export function messageNumber(messageId: string): number {
  if (/^[1-9]\d{0,9}$/.test(messageId)) return Number(messageId);
  throw new SendError(
    "refused",
    `“${messageId.slice(0, 40).toWellFormed()}” is no message id of Telegram; ids are numbers.`,
  );
}

/** The topic a target names; undefined without one. @throws SendError `refused` */
export function topicNumber({ topicId }: Target): number | undefined {
  if (topicId === undefined) return undefined;
  if (/^[1-9]\d{0,9}$/.test(topicId)) return Number(topicId);
  throw new SendError(
    "refused",
    `“${topicId.slice(0, 40).toWellFormed()}” is no topic of Telegram; topics are numbers.`,
  );
}

/** True for the topic of a forum everything without a topic is in. */
export function isGeneral({ chatId, topicId }: Target): boolean {
  // Direct chats have no general topic.
  return topicId === GENERAL_TOPIC && (chatId.startsWith("-") || chatId.startsWith("@"));
}

function threadOf(target: Target, namesGeneral: boolean): { readonly message_thread_id?: number } {
  const topic = topicNumber(target);
  return topic === undefined || (isGeneral(target) && !namesGeneral) ? {} : { message_thread_id: topic };
}
