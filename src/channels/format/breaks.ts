import { STRETCH_DIVISOR } from "./limits.ts";
import type { RichText } from "./rich-text.ts";

/** `length`: as much as fits. `newline`: at blank lines where there are any. */
export type ChunkMode = "length" | "newline";

/** Finds where a text that is too long is cut. */
export class Breaks {
  private readonly graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
  private readonly code: readonly { readonly start: number; readonly end: number }[];

  constructor(private readonly whole: RichText) {
    this.code = whole.spans.filter((span) => span.mark.kind === "pre");
  }

  /** A place in `(start, end]` that is good to cut at: the end of a paragraph, a line, a word, or `end` as near as characters allow. */
  cut(start: number, end: number, mode: ChunkMode): number {
    const { text } = this.whole;
    const stretch = end - Math.ceil((end - start) / STRETCH_DIVISOR);
    return (
      this.blankLine(start, mode === "newline" ? start : stretch, end) ??
      this.after("\n", stretch, end) ??
      this.after(" ", stretch, end) ??
      this.betweenCharacters(text, start, end)
    );
  }

  private blankLine(start: number, from: number, end: number): number | undefined {
    const near = this.whole.text.slice(from, end + 2);
    for (let at = near.lastIndexOf("\n\n"); at >= 0; at = at > 0 ? near.lastIndexOf("\n\n", at - 1) : -1) {
      if (from + at > start && !this.isCode(from + at)) return from + at;
    }
    return undefined;
  }

  /** Whether the character at `position` is code of a block. */
  isCode(position: number): boolean {
    let low = 0;
    let high = this.code.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.code[middle]?.end ?? 0) <= position) low = middle + 1;
      else high = middle;
    }
    return (this.code[low]?.start ?? Infinity) <= position;
  }

  /** Behind the last such character, or before one right behind the limit; never where a mark that combines with it follows. */
  private after(sign: string, from: number, end: number): number | undefined {
    const { text } = this.whole;
    if (text[end] === sign && !combines(text, end + 1) && !this.isCode(end)) return end;
    const near = text.slice(from, end);
    for (let at = near.lastIndexOf(sign); at >= 0; at = at > 0 ? near.lastIndexOf(sign, at - 1) : -1) {
      if (!combines(text, from + at + 1)) return from + at + 1;
    }
    return undefined;
  }

  private betweenCharacters(text: string, start: number, end: number): number {
    const near = this.graphemes.segment(text.slice(start, end + 2)).containing(end - start);
    if (!near || near.index > 0) return start + (near?.index ?? end - start);
    // One character longer than a whole message.
    return /[\uDC00-\uDFFF]/.test(text[end] ?? "") ? end - 1 : end;
  }
}

/** Whether what stands at `at` belongs to the character before it. */
export function combines(text: string, at: number): boolean {
  return /^[\p{M}\u200C\u200D]/u.test(text.slice(at, at + 2));
}
