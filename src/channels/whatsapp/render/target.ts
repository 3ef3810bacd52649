import { TargetError } from "../../channel.ts";
import type { Target } from "../../outbound-message.ts";

/** A group's id: one number, or the founder's number and a time. */
const GROUP = /^(\d{5,32}(?:-\d{5,20})?)@g\.us$/i;
const NEWSLETTER = /^(\d{5,32})@newsletter$/i;
/** Somebody whose number is not known here; the id is theirs all the same. */
const LID = /^(\d{5,32})(?::\d+)?@lid$/i;
const PERSON = /^(\d{7,15})(?::\d+)?@(?:s\.whatsapp\.net|c\.us)$/i;

/**
 * The chat somebody names: a number (`+1 555 000-1`), the id of a group (`…@g.us`) or channel (`…@newsletter`), with `whatsapp:`
 * before it or not. @throws TargetError
 */
export function target(text: string): Target {
  const named = withoutPrefix(text.trim());
  const group = GROUP.exec(named);
  if (group) return { chatId: `${group[1]}@g.us`, chatKind: "group" };
  const newsletter = NEWSLETTER.exec(named);
  if (newsletter) return { chatId: `${newsletter[1]}@newsletter`, chatKind: "channel" };
  const person = senderId(named);
  if (person !== undefined) return { chatId: person, chatKind: "direct" };
  const cut = text.length > 80 ? `${text.slice(0, 80).toWellFormed()}…` : text;
  throw new TargetError(
    `“${cut}” names no WhatsApp chat. Use a number with its country (+15550001234) or the id of a group (…@g.us).`,
  );
}

/** A target as people write it, without the channel's name. */
export function formatTarget({ chatId }: Target): string {
  return chatId;
}

/** A sender id as lists have it: a number as `+` and digits, or a `…@lid`; undefined for what can never be one. */
export function senderId(entry: string): string | undefined {
  const text = withoutPrefix(entry.trim());
  const lid = LID.exec(text);
  if (lid) return `${lid[1]}@lid`;
  const person = PERSON.exec(text);
  if (person) return `+${person[1]}`;
  return numberOf(text);
}

/** Where WhatsApp sends to. */
export function jidOf({ chatId }: Pick<Target, "chatId">): string {
  return chatId.startsWith("+") ? `${chatId.slice(1)}@s.whatsapp.net` : chatId;
}

/** Digits with what people put between them; ids of groups have more digits than any number. */
function numberOf(text: string): string | undefined {
  if (!/^\+?[\d\s().\-/]+$/.test(text)) return undefined;
  const digits = text.replaceAll(/\D/g, "").replace(/^00/, "");
  return /^[1-9]\d{6,14}$/.test(digits) ? `+${digits}` : undefined;
}

function withoutPrefix(text: string): string {
  const inner = text.replace(/^(?:whatsapp|wa):/i, "").trim();
  return inner === text ? text : withoutPrefix(inner);
}
