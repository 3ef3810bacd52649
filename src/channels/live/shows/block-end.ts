import type { BlockSizes } from "../settings.ts";

const ENDS = {
  paragraph: /\n[ \t]*\n/g,
  newline: /\n/g,
  sentence: /[.!?…。！？]["')\]]*\s/g,
  space: /\s/g,
} as const;

/** Kinds of ends from the largest to the smallest. */
const KINDS = ["paragraph", "newline", "sentence", "space"] as const;

/**
 * Where the next block of a text that is being written ends, seen from `from`; undefined as long as it is not complete. It
 * ends where it should prefer to, and when it is too long, where it can.
 */
export function blockEnd(text: string, from: number, sizes: BlockSizes): number | undefined {
  const { minChars, maxChars, ends } = sizes;
  const rest = text.slice(from, from + maxChars + 1);
  if (rest.length < minChars) return undefined;
  const isFull = rest.length > maxChars;
  const wanted = KINDS.slice(0, isFull ? KINDS.length : KINDS.indexOf(ends) + 1);
  for (const kind of wanted) {
    const end = [...rest.matchAll(ENDS[kind])]
      .map((match) => match.index + match[0].length)
      .findLast((place) => place >= minChars && place <= maxChars && !isInCode(text, from + place));
    if (end !== undefined) return from + end;
  }
  return isFull ? from + maxChars : undefined;
}

/** Blank lines inside of code end nothing. */
function isInCode(text: string, position: number): boolean {
  return (text.slice(0, position).match(/^ {0,3}(?:```|~~~)/gm)?.length ?? 0) % 2 === 1;
}
