import { type Mark, type MarkupStyle, type RichText, writeMarkup } from "../../format/index.ts";

/** The HTML the Bot API reads. Code holds no other marks there, quotes no quotes, and what is code in a link is only the link. */
const HTML: MarkupStyle = {
  text: escaped,
  around(mark, within) {
    if (within.some(({ kind }) => kind === "code" || kind === "pre" || kind === mark.kind)) return undefined;
    if (mark.kind === "code" && within.some(({ kind }) => kind === "link")) return undefined;
    return tags(mark);
  },
};

/** A text as Telegram's HTML. */
export function telegramHtml(rich: RichText): string {
  return writeMarkup(rich, HTML);
}

function tags(mark: Mark): { readonly open: string; readonly close: string } | undefined {
  switch (mark.kind) {
    case "bold":
      return { open: "<b>", close: "</b>" };
    case "italic":
      return { open: "<i>", close: "</i>" };
    case "underline":
      return { open: "<u>", close: "</u>" };
    case "strike":
      return { open: "<s>", close: "</s>" };
    case "spoiler":
      return { open: "<tg-spoiler>", close: "</tg-spoiler>" };
    case "code":
      return { open: "<code>", close: "</code>" };
    case "pre": {
      const language = mark.language === undefined ? "" : ` class="language-${attribute(mark.language)}"`;
      return { open: `<pre><code${language}>`, close: "</code></pre>" };
    }
    case "link":
      return { open: `<a href="${attribute(mark.href)}">`, close: "</a>" };
    case "quote":
      return { open: mark.isExpandable ? "<blockquote expandable>" : "<blockquote>", close: "</blockquote>" };
    case "heading":
      return undefined;
  }
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function attribute(text: string): string {
  return escaped(text).replaceAll('"', "&quot;");
}
