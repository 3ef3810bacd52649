import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { whatsappTexts } from "../../../src/channels/whatsapp/markup/index.ts";

const shown = (markdown: string) => whatsappTexts(markdown, { limit: 4_000 }).map(({ text }) => text);

describe("Markdown as WhatsApp shows it", () => {
  test.each([
    ["**b** _i_ ~~s~~ `c`", "*b* _i_ ~s~ `c`"],
    ["# Title\n\ntext", "*Title*\n\ntext"],
    ["**bold `code` bold**", "*bold `code` bold*"],
    ["```ts\nlet a = 1;\n```", "```\nlet a = 1;\n```"],
    ["> one\n> two", "> one\n> two"],
    ["[site](https://example.org/x)", "site (https://example.org/x)"],
    ["<https://example.org/x>", "https://example.org/x"],
    ["- a\n- b", "• a\n• b"],
  ])("%j", (markdown, text) => {
    expect(shown(markdown)).toEqual([text]);
  });

  test("a table is a list, unless it is wanted as code", () => {
    const table = "| a | b |\n|---|---|\n| 1 | 2 |";
    expect(shown(table)[0]).not.toContain("|");
    expect(whatsappTexts(table, { limit: 4_000, tables: "code" })[0]?.text).toContain("```\n| a");
  });

  test("a number behind @+ is a mention, and nothing else is", () => {
    expect(whatsappTexts("hi @+15550000001, mail a@+12 or @+15550000001", { limit: 4_000 })).toEqual([
      { text: "hi @15550000001, mail a@+12 or @15550000001", mentions: ["15550000001"] },
    ]);
  });

  test("no part is longer than the limit, nothing of a plain text is lost, and no word is cut that is short beside the limit", () => {
    const word = fc.stringMatching(/^[a-zA-Z0-9é漢]{1,30}$/);
    // A word longer than the last quarter of a part, where a better place to cut is looked for, may be cut.
    const cutsNone = 4 * 30;
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 120 }),
        fc.integer({ min: 40, max: 300 }),
        (words, limit) => {
          const parts = whatsappTexts(words.join(" "), { limit });
          expect(parts.every(({ text }) => text.length <= limit)).toBe(true);
          const said = parts.flatMap(({ text }) => text.split(/\s+/));
          expect(said.join("")).toBe(words.join(""));
          if (limit >= cutsNone) expect(said).toEqual(words);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("any text is written without an error", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => void shown(text)),
      {
        numRuns: 200,
      },
    );
  });
});
