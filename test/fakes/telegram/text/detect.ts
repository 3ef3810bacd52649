import type { TgEntity } from "../shapes.ts";

const PATTERNS: readonly (readonly [type: string, pattern: RegExp])[] = [
  ["bot_command", /(?<=^|[\s(])\/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])/g],
  ["mention", /(?<![\w@/])@[A-Za-z][A-Za-z0-9_]{2,31}(?!\w)/g],
  ["url", /\bhttps?:\/\/[^\s<>"]+[^\s<>".,;:!?)]/g],
  ["email", /\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/g],
  ["hashtag", /(?<![\w#])#[\p{L}_][\p{L}\p{N}_]*/gu],
];

const OPAQUE = new Set(["pre", "code", "text_link"]);

/** Entities Telegram finds by itself, added to those given; where one stands already, none is added. */
export function withDetected(text: string, given: readonly TgEntity[]): TgEntity[] {
  const taken = given.filter(({ type }) => OPAQUE.has(type));
  const found: TgEntity[] = [];
  for (const [type, pattern] of PATTERNS) {
    for (const match of text.matchAll(pattern)) {
      const entity = { type, offset: match.index, length: match[0].length };
      if (![...taken, ...found].some((other) => overlaps(other, entity))) found.push(entity);
    }
  }
  return [...given, ...found].sort((a, b) => a.offset - b.offset || b.length - a.length);
}

function overlaps(a: TgEntity, b: TgEntity): boolean {
  return a.offset < b.offset + b.length && b.offset < a.offset + a.length;
}
