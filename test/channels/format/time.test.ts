import { expect, test } from "bun:test";
import { telegramTexts } from "../../../src/channels/telegram/markup/index.ts";
import { CPU_LIMIT_MS, cpuTimeOf } from "../cpu-time.ts";

/** Texts made to be slow to read, cut or write, a megabyte each unless fewer characters are as bad. */
const LENGTH = 1_000_000;
const repeated = (piece: string, length = LENGTH) => piece.repeat(Math.ceil(length / piece.length));

const pathological: Readonly<Record<string, string>> = {
  words: repeated("word "),
  quotes: repeated(">"),
  emphasis: repeated("*a **b "),
  underscores: repeated("_a"),
  brackets: repeated("["),
  links: repeated("[a]("),
  images: repeated("![[]()"),
  backticks: Array.from({ length: 1_400 }, (_, length) => "`".repeat(length)).join(" "),
  tags: repeated("<b>"),
  "closed tags": repeated("<b>", LENGTH / 2) + repeated("</b>", LENGTH / 2),
  "unknown tags": repeated("<a b='"),
  comments: repeated("<!--"),
  lists: repeated("- "),
  paragraphs: repeated("a\n\n"),
  spoilers: repeated("||a|| "),
  bars: repeated("|"),
  spaces: `${repeated(" ")}x`,
  "spaces and dashes": repeated(`${" ".repeat(1_000)}-`),
  definitions: repeated("[a]: b\n"),
  addresses: repeated("https://"),
  "signs in an address": `https://a${repeated("_*~")}`,
  accents: `a${repeated("\u0301")}`,
  families: repeated("👨‍👩‍👧"),
  code: `\`\`\`\n${repeated("let x;\n")}`,
  fences: repeated("```\na\n```\n"),
  table: `|a|b|\n|-|-|\n${repeated("|1|2|\n")}`,
  "many marks": repeated("**a** "),
  "deep marks": repeated("**_~~", LENGTH / 2) + "x" + repeated("~~_**", LENGTH / 2),
};

for (const [name, markdown] of Object.entries(pathological)) {
  for (const length of [markdown.length, 190_000]) {
    test(`${length} characters of ${name} are cut in time`, async () => {
      const took = await cpuTimeOf(() => {
        const texts = telegramTexts(markdown.slice(0, length), { limit: 4_000 });
        expect(texts.every(({ html, plain }) => html !== "" && plain.length <= 4_096)).toBe(true);
      });
      expect(took).toBeLessThan(CPU_LIMIT_MS);
    });
  }
}
