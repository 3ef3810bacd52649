import { Breaks, type ChunkMode, combines } from "./breaks.ts";
import { MIN_PART_LENGTH } from "./limits.ts";
import type { RichText } from "./rich-text.ts";
import { Slicer } from "./slice.ts";

export interface ChunkOptions {
  /** How large a part may be. */
  readonly limit: number;
  readonly mode?: ChunkMode;
  /** How large a part is when rendered; its UTF-16 length unless told. */
  readonly size?: (part: RichText) => number;
}

/**
 * Cuts a text into parts that fit. A mark that would cross a cut ends there and begins anew; no character is cut. White space
 * around a cut goes, and so do parts that would show nothing. A part of two units is never refused, however large it renders.
 */
export function chunk(whole: RichText, options: ChunkOptions): readonly RichText[] {
  const { text } = whole;
  const limit = Math.max(MIN_PART_LENGTH, Math.floor(options.limit));
  const size = options.size ?? ((part: RichText) => part.text.length);
  const breaks = new Breaks(whole);
  const slicer = new Slicer(whole);
  const parts: RichText[] = [];

  /** The part from `start` that is at most `length` long, and where the next one begins. */
  const part = (start: number, length: number) => {
    const end =
      text.length - start <= length
        ? text.length
        : breaks.cut(start, start + length, options.mode ?? "length");
    return { part: slicer.slice(start, trimmedEnd(start, end)), end };
  };
  const trimmedEnd = (start: number, end: number) => {
    if (breaks.isCode(end - 1)) return end;
    let trimmed = end;
    while (trimmed > start && isBlank(text[trimmed - 1]) && !breaks.isCode(trimmed - 1)) trimmed -= 1;
    return trimmed;
  };

  let start = 0;
  while (true) {
    while (isBlank(text[start]) && !breaks.isCode(start) && !combines(text, start + 1)) start += 1;
    if (start >= text.length) return parts;
    let length = limit;
    let taken = part(start, length);
    for (
      let rendered = size(taken.part);
      rendered > limit && length > MIN_PART_LENGTH;
      rendered = size(taken.part)
    ) {
      length = Math.max(
        MIN_PART_LENGTH,
        Math.min(length - 1, Math.floor((taken.part.text.length * limit) / rendered)),
      );
      taken = part(start, length);
    }
    if (taken.part.text.trim() !== "") parts.push(taken.part);
    slicer.pass(taken.end);
    start = taken.end;
  }
}

function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\n" || character === "\t";
}
