import { expect, test } from "bun:test";
import fc from "fast-check";
import { ApiError } from "../index.ts";
import { parseHtml } from "./html.ts";
import { formatted } from "./formatted.ts";

function refusal(html: string): string {
  try {
    parseHtml(html);
  } catch (error) {
    if (error instanceof ApiError) return error.description;
  }
  throw new Error(`${html} was not refused`);
}

test("every tag of the subset becomes an entity with places in UTF-16 units", () => {
  const { text, entities } = parseHtml(
    '😀<b>b<i>i</i></b> <u>u</u> <s>s</s> <tg-spoiler>p</tg-spoiler> <span class="tg-spoiler">q</span> ' +
      '<a href="https://x.y/?a=1&amp;b=2">l</a> <code>c</code> <blockquote>w</blockquote>' +
      '<pre><code class="language-js">let x;</code></pre>',
  );
  expect(text).toBe("😀bi u s p q l c wlet x;");
  expect(entities).toEqual([
    { type: "bold", offset: 2, length: 2 },
    { type: "italic", offset: 3, length: 1 },
    { type: "underline", offset: 5, length: 1 },
    { type: "strikethrough", offset: 7, length: 1 },
    { type: "spoiler", offset: 9, length: 1 },
    { type: "spoiler", offset: 11, length: 1 },
    { type: "text_link", offset: 13, length: 1, url: "https://x.y/?a=1&b=2" },
    { type: "code", offset: 15, length: 1 },
    { type: "blockquote", offset: 17, length: 1 },
    { type: "pre", offset: 18, length: 6, language: "js" },
  ]);
});

test("references are read, and what is none stands for itself", () => {
  expect(parseHtml("&lt;b&gt; &amp;&quot;&#33;&#x21; &nbsp; & &;").text).toBe('<b> &"!! &nbsp; & &;');
});

test.each([
  ["<b>never ended", `can't parse entities: Can't find end tag corresponding to start tag "b"`],
  ["a <blink>b</blink>", `can't parse entities: Unsupported start tag "blink" at byte offset 2`],
  ["é < c", `can't parse entities: Unsupported start tag "" at byte offset 3`],
  ["a<b", "can't parse entities: Unclosed start tag at byte offset 1"],
  ["</b>", "can't parse entities: Unexpected end tag at byte offset 0"],
  [
    "<b><i>x</b></i>",
    `can't parse entities: Unmatched end tag at byte offset 7, expected "</i>", found "</b>"`,
  ],
  ["<b>x</b", "can't parse entities: Unclosed end tag at byte offset 4"],
  ["<span>x</span>", `can't parse entities: Tag "span" must have class "tg-spoiler" at byte offset 0`],
])("%p is refused in Telegram's words", (html, words) => {
  expect(refusal(html)).toBe(`Bad Request: ${words}`);
});

test("blanks around a text are cut off and entities move with it", () => {
  expect(formatted(" \n <b> x </b> \n", { parseMode: "HTML" })).toEqual({
    text: "x",
    entities: [{ type: "bold", offset: 0, length: 1 }],
  });
});

test("names, commands and links are found, but not inside code", () => {
  const { entities } = formatted("/start@mock_bot hi @mock_bot <code>@mock_bot</code> https://x.y/z.", {
    parseMode: "HTML",
  });
  expect(entities.map(({ type, offset, length }) => [type, offset, length])).toEqual([
    ["bot_command", 0, 15],
    ["mention", 19, 9],
    ["code", 29, 9],
    ["url", 39, 13],
  ]);
});

test("whatever is escaped comes back as it was", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
      expect(parseHtml(escaped)).toEqual({ text, entities: [] });
    }),
  );
});
