import { MAX_TABLE_CELLS } from "./limits.ts";

/** An element of parsed Markdown; its type is an HTML tag's name. */
export interface Element {
  readonly type: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly children: readonly unknown[];
}

/** The element behind a node of the parser; undefined for text and whatever else it is. */
export function elementOf(node: unknown): Element | undefined {
  if (typeof node !== "object" || node === null || !("props" in node) || !("type" in node)) return undefined;
  const { props, type } = node;
  if (typeof props !== "object" || props === null) return undefined;
  return {
    type: typeof type === "string" ? type : "",
    props: { ...props },
    children: "children" in props && Array.isArray(props.children) ? props.children : [],
  };
}

/** A property that is text. */
export function textProp(element: Element, name: string): string | undefined {
  const value = element.props[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/**
 * Blocks of a Markdown text. HTML is not read as blocks, so that Markdown inside it counts. Never throws; tables that
 * would become too many cells stay text. Bare addresses stay text, which every channel makes links of by itself; the
 * parser's own way of finding them loses the paragraph when a sign of emphasis stands in one.
 */
export function blocksOf(markdown: string, withTables: boolean): readonly unknown[] {
  const root = Bun.markdown.react(guarded(markdown), undefined, {
    tables: withTables && cellsAtMost(markdown) <= MAX_TABLE_CELLS,
    tasklists: false,
    noHtmlBlocks: true,
  });
  return elementOf(root)?.children ?? [];
}

/** `[INFO]: started` at the start of a line would define a link and vanish; only what is an address may. */
const DEFINITION =
  /^([ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)\[(?=[^\]\n]*\]:(?![ \t]*<?(?:https?:|mailto:|tel:|tg:)))/gm;

/** A bare address, up to what may close a mark or a sentence around it. Signs inside are part of it, not emphasis. */
const ADDRESS = /\bhttps?:\/\/[\w\-.~:/?#@!$&*+,;=%]*[\w/#&+=%](?<!_)/g;

/** What must not be read as Markdown is hidden behind noncharacters, which no message has; `shown` puts it back. */
const HIDDEN: Readonly<Record<string, string>> = { "[": "\uFDD0", _: "\uFDD1", "*": "\uFDD2", "~": "\uFDD3" };
const SHOWN = new Map(Object.entries(HIDDEN).map(([sign, hidden]) => [hidden, sign]));

function guarded(markdown: string): string {
  return markdown
    .replaceAll(/[\uFDD0-\uFDD3]/g, "\uFFFD")
    .replaceAll(DEFINITION, (_, before: string) => `${before}${HIDDEN["["]}`)
    .replaceAll(ADDRESS, (address) => address.replaceAll(/[_*~]/g, (sign) => HIDDEN[sign] ?? sign));
}

/** Text of the parser as it was written. */
export function shown(text: string): string {
  return text.replaceAll(/[\uFDD0-\uFDD3]/g, (hidden) => SHOWN.get(hidden) ?? hidden);
}

/** The parser fills every line below a table's head up to the width of the head. */
function cellsAtMost(markdown: string): number {
  let lines = 0;
  let columns = 0;
  for (const line of markdown.split("\n")) {
    lines += 1;
    if (line.includes("-") && /^[\s>|:-]+$/.test(line)) columns = Math.max(columns, line.split("|").length);
  }
  return lines * columns;
}
