import { SCANNED_MAX_CHARS } from "./limits.ts";

/** A message that begins with a slash word: its name in small letters, and everything after it. */
export interface Leading {
  readonly name: string;
  readonly args: string;
}

/** A slash word inside a message, with where its name begins and ends. */
export interface Mention {
  readonly name: string;
  readonly start: number;
  readonly nameEnd: number;
}

/** A part of a message that is taken out of it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const LEADING = /^\/([a-z][a-z0-9_-]*)(?:\s*:\s*|\s+|$)([\s\S]*)$/i;
const MENTION = /(?<=^|\s)\/([a-z][a-z0-9_-]*)(?=$|[\s:])/gi;
const FENCE = /^[ \t]*(?:```|~~~)/;

/** Reads `/name args` or `/name: args`; undefined when the message is no such thing. */
export function leadingCommand(message: string): Leading | undefined {
  const [, name, args] = LEADING.exec(message.trim()) ?? [];
  return name === undefined || args === undefined
    ? undefined
    : { name: name.toLowerCase(), args: args.trim() };
}

/** The words of `triggers` that a message consists of or begins with; case does not count, the rest is kept. */
export function triggerOf(message: string, triggers: readonly string[]): { rest: string } | undefined {
  const text = message.trim();
  for (const trigger of triggers) {
    const word = trigger.trim();
    if (word === "" || text.slice(0, word.length).toLowerCase() !== word.toLowerCase()) continue;
    const rest = text.slice(word.length);
    if (rest === "" || /^\s/.test(rest)) return { rest: rest.trim() };
  }
  return undefined;
}

/** Slash words in a message that `known` accepts, in order; code blocks are left alone. */
export function mentionsIn(message: string, known: (name: string) => boolean): Mention[] {
  if (message.length > SCANNED_MAX_CHARS || !message.includes("/")) return [];
  const code = codeBlocks(message);
  const mentions: Mention[] = [];
  for (const match of message.matchAll(MENTION)) {
    const name = (match[1] ?? "").toLowerCase();
    const start = match.index;
    if (!known(name) || code.some((span) => start >= span.start && start < span.end)) continue;
    mentions.push({ name, start, nameEnd: start + match[0].length });
  }
  return mentions;
}

/** Where the arguments of a mention begin: after an optional colon and blanks of the same line. */
export function argumentsAt(message: string, mention: Mention): number {
  const [gap = ""] = /^[ \t]*:?[ \t]*/.exec(message.slice(mention.nameEnd)) ?? [];
  return mention.nameEnd + gap.length;
}

/** The rest of the line from a position on. */
export function lineFrom(message: string, position: number): string {
  const end = message.indexOf("\n", position);
  return message.slice(position, end === -1 ? undefined : end);
}

/**
 * A message without its spans (in order, not overlapping), each taken out with one blank beside it, or with its line when
 * it is alone there. Everything else stays as it was, indentation included.
 */
export function withoutSpans(message: string, spans: readonly Span[]): string {
  let kept = "";
  let from = 0;
  for (const span of spans) {
    let { end } = span;
    const before = message.slice(from, span.start);
    kept += before;
    const words = kept.slice(0, endOfWords(kept));
    const lineIsBlank = words === "" || words.endsWith("\n");
    const blanks = /^[ \t]*/.exec(message.slice(end))?.[0].length ?? 0;
    const next = message[end + blanks];
    if (next === undefined || next === "\n") {
      kept = words;
      end += blanks + (lineIsBlank && next === "\n" ? 1 : 0);
    } else {
      end += Math.min(blanks, 1);
    }
    from = end;
  }
  return kept + message.slice(from);
}

/** Where the blanks at the end of a text begin. No pattern: it would try every blank of every gap before them. */
function endOfWords(text: string): number {
  let end = text.length;
  while (end > 0 && (text[end - 1] === " " || text[end - 1] === "\t")) end -= 1;
  return end;
}

function codeBlocks(message: string): Span[] {
  const blocks: Span[] = [];
  let open: number | undefined;
  let at = 0;
  for (const line of message.split("\n")) {
    const end = at + line.length + 1;
    if (FENCE.test(line)) {
      if (open === undefined) open = at;
      else {
        blocks.push({ start: open, end });
        open = undefined;
      }
    }
    at = end;
  }
  // A fence that was never closed holds the rest.
  if (open !== undefined) blocks.push({ start: open, end: message.length });
  return blocks;
}
