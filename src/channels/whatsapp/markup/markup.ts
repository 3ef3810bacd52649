import { type Mark, type MarkupStyle, type RichText, writeMarkup } from "../../format/index.ts";

/** Signs around a mark. WhatsApp knows no way to write a sign that is none, and marks no nested code. */
const SIGNS: Partial<Record<Mark["kind"], string>> = {
  bold: "*",
  heading: "*",
  italic: "_",
  strike: "~",
  code: "`",
};

const STYLE: MarkupStyle = {
  text: (text, within) =>
    within.some(({ kind }) => kind === "quote") ? text.replaceAll("\n", "\n> ") : text,
  around(mark, within) {
    if (within.some(({ kind }) => kind === "code" || kind === "pre")) return undefined;
    if (mark.kind === "quote") return { open: "> ", close: "" };
    // The text of a block ends with a newline.
    if (mark.kind === "pre") return { open: "```\n", close: "```" };
    if (mark.kind === "link") return { open: "", close: ` (${mark.href})` };
    const sign = SIGNS[mark.kind];
    // The same sign twice would end the first one.
    if (sign === undefined || within.some(({ kind }) => SIGNS[kind] === sign)) return undefined;
    return { open: sign, close: sign };
  },
};

/** A text as WhatsApp shows it: `*b* _i_ ~s~`, code, quotes; links as words and address. */
export function whatsappMarkup(rich: RichText): string {
  const spans = rich.spans.filter(
    ({ start, end, mark }) => mark.kind !== "link" || !isNamed(rich.text.slice(start, end), mark.href),
  );
  return writeMarkup({ text: rich.text, spans }, STYLE);
}

/** The words of the link are its address already. */
function isNamed(words: string, href: string): boolean {
  const bare = (text: string) =>
    text
      .trim()
      .replace(/^(?:https?:\/\/|mailto:|tel:)/i, "")
      .replace(/\/$/, "");
  return bare(words) === bare(href);
}
