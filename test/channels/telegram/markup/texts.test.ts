import { expect, test } from "bun:test";
import fc from "fast-check";
import { telegramCaption, telegramTexts } from "../../../../src/channels/telegram/markup/index.ts";
import { anyMarkdown } from "../../format/any-markdown.ts";

const html = (markdown: string, limit = 4_000) => telegramTexts(markdown, { limit }).map((text) => text.html);

test("marks are the tags Telegram knows, and other signs of HTML are text", () => {
  expect(html("**bold** _it_ `code` [l](https://x.y) ~~s~~ ||sp|| <b>raw</b> <u>u</u> a & b < c")).toEqual([
    '<b>bold</b> <i>it</i> <code>code</code> <a href="https://x.y">l</a> <s>s</s> <tg-spoiler>sp</tg-spoiler> <b>raw</b> <u>u</u> a &amp; b &lt; c',
  ]);
});

test("blocks look as people know them", () => {
  expect(
    html("done: # H\n- a\n1. b\n> q\n\n```js\nlet x;\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"),
  ).toEqual([
    'done: # H\n\n• a\n\n1. b\n\n<blockquote>q</blockquote>\n\n<pre><code class="language-js">let x;\n</code></pre>\n<pre><code>| a | b |\n| - | - |\n| 1 | 2 |\n</code></pre>',
  ]);
});

test("code between paragraphs has one line end inside and one behind", () => {
  expect(html("code:\n\n```\nABC\n```\n\nask")).toEqual(["code:\n\n<pre><code>ABC\n</code></pre>\nask"]);
});

test("headings are plain text and placeholders stay to be seen", () => {
  expect(html("# Help\n/model <model>")).toEqual(["Help\n\n/model &lt;model&gt;"]);
});

test("addresses and languages cannot leave their attribute", () => {
  expect(html('[a](https://x.y/"onclick="b&c)')).toEqual([
    '<a href="https://x.y/&quot;onclick=&quot;b&amp;c">a</a>',
  ]);
  expect(html('```"><b>\nx\n```')[0]).toStartWith('<pre><code class="language-&quot;&gt;&lt;b&gt;">x');
});

test("what Telegram does not let contain each other is not written so", () => {
  expect(html("> a\n> > b")).toEqual(["<blockquote>a\n\nb</blockquote>"]);
  expect(html("<code>a <b>b</b></code>")).toEqual(["<code>a b</code>"]);
  expect(html("[`a`](https://x.y)")).toEqual(['<a href="https://x.y">a</a>']);
  expect(html("**a `b` c**")).toEqual(["<b>a <code>b</code> c</b>"]);
});

test("marks that cross are closed and opened again", () => {
  expect(html("**a <i>b** c</i>")).toEqual(["<b>a <i>b</i></b><i> c</i>"]);
});

test("a long text is several messages, none over what was configured or what Telegram takes", () => {
  expect(html("x".repeat(9_000)).map((text) => text.length)).toEqual([4_000, 4_000, 1_000]);
  expect(html("x".repeat(9_000), 100_000).map((text) => text.length)).toEqual([4_096, 4_096, 808]);
});

test("the limit counts what is read, not the markup", () => {
  expect(html(`**${"<".repeat(4_000)}**`)).toEqual([`<b>${"&lt;".repeat(4_000)}</b>`]);
});

test("a text without markup says where its links lead, if there is room", () => {
  expect(telegramTexts("[a](https://x.y) **b**", { limit: 4_000 })[0]?.plain).toBe("a (https://x.y) b");
  const link = `[${"a".repeat(4_000)}](https://x.y/${"b".repeat(100)})`;
  expect(telegramTexts(link, { limit: 4_000 })[0]?.plain).toBe("a".repeat(4_000));
});

test("tables are code unless something else is wanted", () => {
  const tables = (mode: "off" | "bullets" | "code" | "block") =>
    telegramTexts("| a |\n|---|\n| 1 |", { limit: 4_000, tables: mode })[0]?.html;
  expect(tables("block")).toBe("<pre><code>| a |\n| - |\n| 1 |\n</code></pre>");
  expect(tables("code")).toBe(tables("block"));
  expect(tables("bullets")).toBe("• 1");
  expect(tables("off")).toBe("| a |\n|---|\n| 1 |");
});

test("a caption is one text of at most 1024 characters, or none", () => {
  expect(telegramCaption("**a**")).toEqual({ html: "<b>a</b>", plain: "a" });
  expect(telegramCaption("x".repeat(1_024))?.html.length).toBe(1_024);
  expect(telegramCaption("x".repeat(1_025))).toBeUndefined();
  expect(telegramCaption(" ")).toBeUndefined();
});

const TAG = /<(\/?)(b|i|u|s|code|pre|a|tg-spoiler|blockquote)((?: [^<>]*)?)>/g;

/** What Telegram reads: the text, or undefined where a tag is unknown, open or closed in the wrong order. */
function received(markup: string): string | undefined {
  const open: string[] = [];
  for (const [, close, name = ""] of markup.matchAll(TAG)) {
    if (close === "") open.push(name);
    else if (open.pop() !== name) return undefined;
  }
  const text = markup.replaceAll(TAG, "");
  if (open.length > 0 || /[<>]/.test(text)) return undefined;
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

test("whatever a text is: its messages are markup Telegram can read, not empty, and of at most the limit", () => {
  fc.assert(
    fc.property(anyMarkdown, fc.integer({ min: 2, max: 100 }), (markdown, limit) => {
      for (const message of telegramTexts(markdown, { limit })) {
        const text = received(message.html) ?? "";
        expect(text.trim()).not.toBe("");
        expect(text.length).toBeLessThanOrEqual(limit);
      }
    }),
    { numRuns: 2_000 },
  );
});
