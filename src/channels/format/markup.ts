import type { Mark, RichText, Span } from "./rich-text.ts";

/** A channel's way of writing marks. */
export interface MarkupStyle {
  /** Text as it must be written there. */
  text(text: string, within: readonly Mark[]): string;
  /** What goes around marked text; undefined for marks the channel does not show. */
  around(mark: Mark, within: readonly Mark[]): { readonly open: string; readonly close: string } | undefined;
}

interface Open {
  readonly span: Span;
  readonly close: string;
}

/** Writes a text with its marks. Marks that cross each other are closed and opened again, so that what comes out is balanced. */
export function writeMarkup(rich: RichText, style: MarkupStyle): string {
  const written: string[] = [];
  let open: readonly Open[] = [];
  let at = 0;
  let next = 0;
  const marks = () => open.map((one) => one.span.mark);
  const enter = (span: Span) => {
    const around = style.around(span.mark, marks());
    if (!around) return;
    written.push(around.open);
    open = [...open, { span, close: around.close }];
  };
  const goTo = (position: number) => {
    if (position > at) written.push(style.text(rich.text.slice(at, position), marks()));
    at = position;
  };
  while (true) {
    const begins = rich.spans[next];
    const ends = Math.min(...open.map((one) => one.span.end));
    if (begins && begins.start < ends) {
      goTo(begins.start);
      enter(begins);
      next += 1;
    } else if (open.length > 0) {
      goTo(ends);
      const first = open.findIndex((one) => one.span.end === ends);
      const closed = open.slice(first);
      open = open.slice(0, first);
      for (const one of closed.toReversed()) written.push(one.close);
      for (const one of closed) if (one.span.end > ends) enter(one.span);
    } else {
      goTo(rich.text.length);
      return written.join("");
    }
  }
}
