import type { RawTag } from "./raw-html.ts";
import { orderedSpans, type RichText, type Span } from "./rich-text.ts";

/** An HTML tag in the text; it is taken out once its partner is found. */
export interface TagSeen {
  readonly tag: Exclude<RawTag, { kind: "break" }>;
  readonly start: number;
  readonly end: number;
}

/** `||` in the text, and the block it stands in. */
export interface SpoilerBars {
  readonly start: number;
  readonly block: number;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

interface Pairs {
  readonly spans: readonly Span[];
  readonly tokens: readonly Range[];
}

/** Finds what belongs together; whatever has no partner stays text. */
export function paired(text: string, tags: readonly TagSeen[], bars: readonly SpoilerBars[]): Pairs {
  const byTag = pairedTags(tags);
  const byBars = pairedBars(text, bars);
  return {
    spans: [...byTag.spans, ...byBars.spans],
    tokens: [...byTag.tokens, ...byBars.tokens].toSorted((a, b) => a.start - b.start),
  };
}

function pairedTags(seen: readonly TagSeen[]): Pairs {
  const open = new Map<string, { readonly from: TagSeen; readonly mark: Span["mark"] }[]>();
  const spans: Span[] = [];
  const tokens: Range[] = [];
  for (const from of seen) {
    const stack = open.get(from.tag.name) ?? [];
    if (from.tag.kind === "open") {
      stack.push({ from, mark: from.tag.mark });
      open.set(from.tag.name, stack);
      continue;
    }
    const begun = stack.pop();
    if (!begun) continue;
    spans.push({ start: begun.from.end, end: from.start, mark: begun.mark });
    tokens.push(begun.from, from);
  }
  return { spans, tokens };
}

/** A spoiler hugs its text and stands apart from words, so that `a || b` and `x||y` stay what they are. */
function pairedBars(text: string, bars: readonly SpoilerBars[]): Pairs {
  const spans: Span[] = [];
  const tokens: Range[] = [];
  let open: SpoilerBars | undefined;
  for (const bar of bars) {
    const before = text[bar.start - 1] ?? " ";
    const after = text[bar.start + 2] ?? " ";
    if (open?.block === bar.block && /\S/.test(before) && !/[\p{L}\p{N}_]/u.test(after)) {
      spans.push({ start: open.start + 2, end: bar.start, mark: { kind: "spoiler" } });
      tokens.push({ start: open.start, end: open.start + 2 }, { start: bar.start, end: bar.start + 2 });
      open = undefined;
    } else if (/\S/.test(after) && !/[\p{L}\p{N}_]/u.test(before)) open = bar;
  }
  return { spans, tokens };
}

/** Takes the tokens (sorted, apart from each other) out of the text and moves the spans along. */
export function withoutTokens(text: string, spans: readonly Span[], tokens: readonly Range[]): RichText {
  if (tokens.length === 0) return { text, spans: orderedSpans(spans) };
  const kept: string[] = [];
  const removedBefore: number[] = [];
  let at = 0;
  let removed = 0;
  for (const token of tokens) {
    kept.push(text.slice(at, token.start));
    removedBefore.push(removed);
    removed += token.end - token.start;
    at = token.end;
  }
  kept.push(text.slice(at));
  const moved = (position: number) => {
    let low = 0;
    let high = tokens.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((tokens[middle]?.start ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    const token = tokens[low - 1];
    if (!token) return position;
    return (
      Math.min(position, token.start) - (removedBefore[low - 1] ?? 0) + Math.max(0, position - token.end)
    );
  };
  return {
    text: kept.join(""),
    spans: orderedSpans(spans.map((span) => ({ ...span, start: moved(span.start), end: moved(span.end) }))),
  };
}
