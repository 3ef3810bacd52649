import { TargetError } from "../../channel.ts";
import type { Target } from "../../outbound-message.ts";

/** A chat by number; users' are positive, groups' and channels' negative. */
const CHAT_ID = /^-?[1-9]\d{0,15}$/;

/** Public names: letters, digits and `_`, beginning with a letter; bought ones may have four characters. */
const NAME = /^@([A-Za-z][A-Za-z0-9_]{3,31})$/;

/** The same without the `@`; shorter ones would be words. */
const BARE_NAME = /^[A-Za-z][A-Za-z0-9_]{4,31}$/;

const TOPIC = /^(.+?):(?:topic:)?([1-9]\d{0,9})$/i;

/** What stands behind t.me and is no chat: invitations, which only a person can follow, sticker sets, settings. */
const NO_CHATS = new Set(
  (
    "joinchat share addstickers addemoji addlist addtheme bg boost confirmphone giftcode invoice login proxy " +
    "setlanguage socks"
  ).split(" "),
);

const LINK = /^(?:https?:\/\/)?(?:www\.)?(?:t|telegram)\.me\/(.+)$/i;

/**
 * The chat somebody names: `123`, `-100…`, `@name`, `<chat>:topic:<n>`, a link of t.me, each with `telegram:` or `tg:` before
 * it or not. @throws TargetError
 */
export function target(text: string): Target {
  const named = withoutPrefix(text.trim());
  const link = LINK.exec(named);
  if (link !== null) return linked(link[1] ?? "", text);
  const topic = TOPIC.exec(named);
  if (topic === null) return chat(named, text);
  return { ...chat(topic[1] ?? "", text), topicId: topic[2] ?? "" };
}

/** A target as people write it, without the channel's name. */
export function formatTarget({ chatId, topicId }: Target): string {
  return topicId === undefined ? chatId : `${chatId}:topic:${topicId}`;
}

/** A sender id as lists have it; undefined for what can never be one: names may change hands, groups are not people. */
export function senderId(entry: string): string | undefined {
  const id = withoutPrefix(entry.trim());
  return CHAT_ID.test(id) && !id.startsWith("-") && Number.isSafeInteger(Number(id)) ? id : undefined;
}

function chat(text: string, whole: string): Target {
  if (CHAT_ID.test(text) && Number.isSafeInteger(Number(text))) {
    return { chatId: text, chatKind: text.startsWith("-") ? "group" : "direct" };
  }
  if (NAME.test(text)) return { chatId: text };
  if (BARE_NAME.test(text)) return { chatId: `@${text}` };
  throw unknownTarget(whole);
}

/** `name`, `name/topic/message`, `c/<number>`, `c/<number>/<topic>/<message>`; a single number after the chat is a message. */
function linked(path: string, whole: string): Target {
  const [head = "", ...rest] =
    path
      .split(/[?#]/)[0]
      ?.split("/")
      .filter((part) => part !== "") ?? [];
  if (NO_CHATS.has(head.toLowerCase())) throw unknownTarget(whole);
  const isPrivate = head === "c";
  const name = isPrivate ? `-100${rest.shift() ?? ""}` : `@${head.replace(/^@/, "")}`;
  const place = chat(name, whole);
  const [topic = "", message] = rest;
  const hasTopic = message !== undefined && /^[1-9]\d{0,9}$/.test(topic);
  return hasTopic ? { ...place, topicId: topic } : place;
}

function withoutPrefix(text: string): string {
  const inner = text.replace(/^(?:telegram|tg):/i, "");
  if (inner === text) return text;
  return withoutPrefix(inner.trim().replace(/^group:/i, ""));
}

function unknownTarget(text: string): TargetError {
  const cut = text.length > 80 ? `${text.slice(0, 80).toWellFormed()}…` : text;
  return new TargetError(
    `“${cut}” names no Telegram chat. Use its number (123456789, -1001234567890), @name, a t.me link, or <chat>:topic:<n>.`,
  );
}
