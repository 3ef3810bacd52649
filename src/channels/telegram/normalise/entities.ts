import { type Fields, idIn, integerIn, textIn } from "./fields.ts";

/** A marked piece of a text, `from` to before `to` in UTF-16 units. */
export interface Span {
  readonly type: string;
  readonly from: number;
  readonly to: number;
  readonly fields: Fields;
}

/** The marks that lie inside the text and cut no character in two, outer ones first. */
export function spansOf(text: string, entities: readonly Fields[]): readonly Span[] {
  return entities
    .flatMap((fields) => {
      const type = textIn(fields, "type");
      const from = integerIn(fields, "offset");
      const length = integerIn(fields, "length");
      if (type === undefined || from === undefined || length === undefined) return [];
      const to = from + length;
      const fits = from >= 0 && length > 0 && to <= text.length && !cuts(text, from) && !cuts(text, to);
      return fits ? [{ type, from, to, fields }] : [];
    })
    .sort((a, b) => a.from - b.from || b.to - a.to);
}

/**
 * The text with what marks say beyond it: links have their address, people without a name their id, code its ticks. Bold and
 * the like are left out, since they say nothing.
 */
export function markedText(text: string, spans: readonly Span[]): string {
  let marked = "";
  let at = 0;
  for (const span of spans) {
    // Links and code do not nest; what overlaps is shown once.
    if (span.from < at) continue;
    const inner = text.slice(span.from, span.to);
    const shown = shownAs(span, inner, text);
    if (shown === undefined) continue;
    marked += text.slice(at, span.from) + shown;
    at = span.to;
  }
  return marked + text.slice(at);
}

function shownAs({ type, from, to, fields }: Span, inner: string, text: string): string | undefined {
  switch (type) {
    case "text_link": {
      const url = textIn(fields, "url");
      return url === undefined || url === inner ? undefined : link(inner, url);
    }
    case "text_mention": {
      const user = fields["user"];
      const id = typeof user === "object" && user !== null ? idIn({ ...user }, "id") : undefined;
      return id === undefined ? undefined : link(inner, `tg://user?id=${id}`);
    }
    case "code":
      return inlineCode(inner);
    case "pre":
      return codeBlock(inner, textIn(fields, "language") ?? "", text.slice(0, from), text.slice(to));
    default:
      return undefined;
  }
}

function link(label: string, url: string): string {
  return `[${label}](${url.replaceAll(/[()\s]/g, (one) => `%${one.charCodeAt(0).toString(16).padStart(2, "0")}`)})`;
}

function inlineCode(code: string): string {
  const ticks = fence(code, 1);
  const pad = code.startsWith("`") || code.endsWith("`") ? " " : "";
  return `${ticks}${pad}${code}${pad}${ticks}`;
}

function codeBlock(code: string, language: string, before: string, after: string): string {
  const ticks = fence(code, 3);
  const start = before === "" || before.endsWith("\n") ? "" : "\n";
  const end = after === "" || after.startsWith("\n") ? "" : "\n";
  const last = code.endsWith("\n") ? "" : "\n";
  return `${start}${ticks}${language.replaceAll(/[`\s]/g, "")}\n${code}${last}${ticks}${end}`;
}

/** More ticks in a row than the code has. */
function fence(code: string, least: number): string {
  const longest = Math.max(0, ...[...code.matchAll(/`+/g)].map((run) => run[0].length));
  return "`".repeat(Math.max(least, longest + 1));
}

/** True when a character of two units lies across `at`. */
function cuts(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at);
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
}
