import type { Mark } from "./rich-text.ts";

/** A tag as written. */
export type RawTag =
  | { readonly kind: "open"; readonly name: string; readonly mark: Mark }
  | { readonly kind: "close"; readonly name: string }
  | { readonly kind: "break" };

const NAMES: Readonly<Record<string, string>> = {
  b: "b",
  strong: "b",
  i: "i",
  em: "i",
  u: "u",
  ins: "u",
  s: "s",
  strike: "s",
  del: "s",
  code: "code",
  pre: "pre",
  a: "a",
  "tg-spoiler": "spoiler",
  span: "span",
  blockquote: "quote",
  br: "br",
};

/** Reads one HTML tag people use in messages; undefined for every other, which then is text. */
export function rawTag(text: string): RawTag | undefined {
  const match = /^<(\/?)([a-z-]+)(?=[\s/>])([^]*?)\/?>$/i.exec(text);
  const name = NAMES[match?.[2]?.toLowerCase() ?? ""];
  if (!match || name === undefined) return undefined;
  if (name === "br") return { kind: "break" };
  if (match[1] === "/") return { kind: "close", name };
  const mark = markOf(name, match[3] ?? "");
  return mark && { kind: "open", name, mark };
}

function markOf(name: string, attributes: string): Mark | undefined {
  switch (name) {
    case "b":
      return { kind: "bold" };
    case "i":
      return { kind: "italic" };
    case "u":
      return { kind: "underline" };
    case "s":
      return { kind: "strike" };
    case "code": {
      const language = /^language-(\S+)$/.exec(attribute(attributes, "class") ?? "")?.[1];
      return language === undefined ? { kind: "code" } : { kind: "pre", language };
    }
    case "pre":
      return { kind: "pre" };
    case "quote":
      return /\bexpandable\b/i.test(attributes) ? { kind: "quote", isExpandable: true } : { kind: "quote" };
    case "a": {
      const href = linkable(attribute(attributes, "href"));
      return href === undefined ? undefined : { kind: "link", href };
    }
    case "spoiler":
      return { kind: "spoiler" };
    default:
      return /\btg-spoiler\b/.test(attributes) ? { kind: "spoiler" } : undefined;
  }
}

function attribute(attributes: string, name: string): string | undefined {
  const match = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, "i").exec(
    attributes,
  );
  return (match?.[1] ?? match?.[2] ?? match?.[3])?.replaceAll("&amp;", "&");
}

/** Addresses a message may link to; anything else (`src/main.ts`, `javascript:`) is text. */
export function linkable(href: string | undefined): string | undefined {
  return href !== undefined && /^(?:https?:\/\/[^\s]|mailto:.|tel:.|tg:\/\/)/i.test(href)
    ? href.trim()
    : undefined;
}
