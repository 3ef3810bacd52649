import type { RichText, Span } from "./rich-text.ts";

/** Takes stretches out of a text from front to back, each with its marks, in time linear in the text. */
export class Slicer {
  /** The first span not begun yet, and those begun that may reach into what comes. */
  private next = 0;
  private reaching: readonly Span[] = [];

  constructor(private readonly whole: RichText) {}

  /** `[start, end)` with its marks; `start` never goes back behind what was `pass`ed. */
  slice(start: number, end: number): RichText {
    const spans: Span[] = [];
    const take = (span: Span) => {
      const from = Math.max(span.start, start);
      const to = Math.min(span.end, end);
      if (from < to) spans.push({ start: from - start, end: to - start, mark: span.mark });
    };
    for (const span of this.reaching) take(span);
    for (let index = this.next; ; index += 1) {
      const span = this.whole.spans[index];
      if (!span || span.start >= end) break;
      take(span);
    }
    return { text: this.whole.text.slice(start, end), spans };
  }

  /** What is before `end` is not asked for again. */
  pass(end: number): void {
    const reaching = this.reaching.filter((span) => span.end > end);
    for (
      let span = this.whole.spans[this.next];
      span && span.start < end;
      span = this.whole.spans[this.next]
    ) {
      if (span.end > end) reaching.push(span);
      this.next += 1;
    }
    this.reaching = reaching;
  }
}
