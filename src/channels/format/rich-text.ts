/** How a stretch of text is shown. */
export type Mark =
  | { readonly kind: "bold" | "italic" | "underline" | "strike" | "spoiler" | "code" }
  | { readonly kind: "link"; readonly href: string }
  /** A block of code; its text ends with a newline. */
  | { readonly kind: "pre"; readonly language?: string }
  | { readonly kind: "quote"; readonly isExpandable?: boolean }
  | { readonly kind: "heading"; readonly level: number };

/** A mark over `[start, end)`, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly mark: Mark;
}

/**
 * What a message says and how, before any channel's markup. List bullets, table lines and blank lines between blocks are
 * part of `text`. Spans are not empty, sorted by start, and those of one kind do not overlap; of different kinds they may.
 */
export interface RichText {
  readonly text: string;
  readonly spans: readonly Span[];
}

/** Text without any mark. */
export function unmarked(text: string): RichText {
  return { text, spans: [] };
}

/** Which mark is the outer one where two begin and end at the same places. */
const RANK: Readonly<Record<Mark["kind"], number>> = {
  quote: 0,
  heading: 1,
  pre: 2,
  link: 3,
  bold: 4,
  italic: 5,
  underline: 6,
  strike: 7,
  spoiler: 8,
  code: 9,
};

function byPlace(a: Span, b: Span): number {
  return a.start - b.start || b.end - a.end || RANK[a.mark.kind] - RANK[b.mark.kind];
}

/** Spans in the order and form `RichText` promises: empty ones go, of one kind the outer ones win. */
export function orderedSpans(spans: readonly Span[]): readonly Span[] {
  const reached = new Map<Mark["kind"], number>();
  return spans
    .filter((span) => span.start < span.end)
    .toSorted(byPlace)
    .flatMap((span) => {
      const start = Math.max(span.start, reached.get(span.mark.kind) ?? 0);
      if (start >= span.end) return [];
      reached.set(span.mark.kind, span.end);
      return [{ ...span, start }];
    })
    .toSorted(byPlace);
}
