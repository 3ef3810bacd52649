const TAG = /<\/?[a-z][^<>]*>/gi;

const ENTITIES: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
  nbsp: " ",
};

/** Everything that could mean something in Markdown. */
const MEANINGFUL = /[\\`*_{}[\]()#+\-.!|~<>&]/g;

/** Text that was written as HTML (`parseMode: "HTML"`), as Markdown that shows the same: tags stay, all else is meant literally. */
export function markdownOfHtml(html: string): string {
  let markdown = "";
  let from = 0;
  for (const tag of html.matchAll(TAG)) {
    markdown += literal(html.slice(from, tag.index)) + tag[0];
    from = tag.index + tag[0].length;
  }
  return markdown + literal(html.slice(from));
}

function literal(text: string): string {
  return text
    .replaceAll(
      /&(#x?[\da-f]{1,6}|[a-z]{2,4});/gi,
      (whole, name: string) => ENTITIES[name.toLowerCase()] ?? character(name) ?? whole,
    )
    .replaceAll(MEANINGFUL, String.raw`\$&`);
}

function character(name: string): string | undefined {
  if (!name.startsWith("#")) return undefined;
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
  return Number.isInteger(code) && code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
