import type { Json5Node } from "../locate.ts";
import { isObject } from "./values.ts";

/** How a document is written, so that what is added looks like what is there. */
export interface Style {
  /** One level of indentation. */
  readonly indent: string;
  readonly keyQuote: '"' | "'" | "";
  /** True when the document puts members on lines of their own. */
  readonly broken: boolean;
}

/** Longest list of scalars that stays on one line. */
const INLINE_LIST_CHARS = 80;

/** Reads the style off a document. An empty one gets two spaces and quoted keys. */
export function styleOf(text: string, root: Json5Node): Style {
  const indent = /\n([ \t]+)\S/.exec(text)?.[1] ?? "  ";
  const first = root.kind === "object" ? root.members[0] : undefined;
  if (first === undefined) return { indent, keyQuote: '"', broken: true };
  const quote = text[first.keyStart];
  return {
    indent,
    keyQuote: quote === '"' || quote === "'" ? quote : "",
    broken: text.trimEnd().includes("\n"),
  };
}

/** Writes a value in the document's style; `indent` is that of the line it begins on. */
export function formatValue(value: unknown, style: Style, indent: string): string {
  const inner = indent + style.indent;
  const wrap = (open: string, parts: readonly string[], close: string, pad: string) => {
    if (parts.length === 0) return open + close;
    if (!style.broken) return `${open}${pad}${parts.join(", ")}${pad}${close}`;
    return `${open}\n${parts.map((part) => inner + part).join(",\n")}\n${indent}${close}`;
  };
  if (Array.isArray(value)) {
    const parts = value.map((item) => formatValue(item, style, inner));
    const inline = `[${parts.join(", ")}]`;
    const scalars = value.every((item) => typeof item !== "object" || item === null);
    return scalars && inline.length <= INLINE_LIST_CHARS ? inline : wrap("[", parts, "]", "");
  }
  if (isObject(value)) {
    const parts = Object.entries(value).map(
      ([key, item]) => `${formatKey(key, style)}: ${formatValue(item, style, inner)}`,
    );
    return wrap("{", parts, "}", " ");
  }
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  return JSON.stringify(value) ?? "null";
}

/** Writes a key, quoted the document's way or where it has to be. */
export function formatKey(key: string, style: Pick<Style, "keyQuote">): string {
  if (style.keyQuote === "" && /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(key)) return key;
  return style.keyQuote === "'" && !/['\\\n\r\u2028\u2029]/.test(key) ? `'${key}'` : JSON.stringify(key);
}
