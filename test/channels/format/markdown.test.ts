import { expect, test } from "bun:test";
import { plainText, readMarkdown, type RichText } from "../../../src/channels/format/index.ts";

const read = (markdown: string) => readMarkdown(markdown, "code");
/** Kinds of marks and what they cover. */
const marked = ({ text, spans }: RichText) =>
  spans.map(({ start, end, mark }) => [mark.kind, text.slice(start, end)]);

test("marks are spans over the text, not part of it", () => {
  const rich = read("say **bold** _it_ `code` ~~s~~ ||sp|| and **_both_**");
  expect(rich.text).toBe("say bold it code s sp and both");
  expect(marked(rich)).toEqual([
    ["bold", "bold"],
    ["italic", "it"],
    ["code", "code"],
    ["strike", "s"],
    ["spoiler", "sp"],
    ["bold", "both"],
    ["italic", "both"],
  ]);
});

test("a span counts UTF-16 units", () => {
  expect(read("👍 **x**").spans).toEqual([{ start: 3, end: 4, mark: { kind: "bold" } }]);
});

test("blocks stand a blank line apart, items of a tight list a line", () => {
  expect(read("# H\ntext\nmore\n- a\n- b\n  - c\n\n3. x\n4. y\n> q").text).toBe(
    "H\n\ntext\nmore\n\n• a\n• b\n  • c\n\n3. x\n4. y\n\nq",
  );
});

test("items of a loose list, and paragraphs inside them, stand a blank line apart", () => {
  expect(read("- a\n\n  more\n\n- b").text).toBe("• a\n\nmore\n\n• b");
});

test("an empty item does not take the next one into its line", () => {
  expect(read("- a\n-\n- b").text).toBe("• a\n• \n• b");
});

test("code keeps its language, its blank lines and its indentation", () => {
  const rich = read("```ts\n  a\n\n  b < c\n```");
  expect(rich.text).toBe("  a\n\n  b < c\n");
  expect(rich.spans).toEqual([{ start: 0, end: 13, mark: { kind: "pre", language: "ts" } }]);
});

test("a fence that is not closed yet is code to the end", () => {
  expect(marked(read("so:\n```js\nlet x"))).toEqual([["pre", "let x\n"]]);
});

const links: readonly [string, string, string, string?][] = [
  ["[l](https://x.y/a_b)", "l", "l (https://x.y/a_b)", "https://x.y/a_b"],
  ["[https://x.y](https://x.y)", "https://x.y", "https://x.y"],
  ["<https://x.y>", "https://x.y", "https://x.y"],
  ["<a@b.c>", "a@b.c", "a@b.c"],
  ["![cat](https://x.y/c.png)", "cat", "cat (https://x.y/c.png)", "https://x.y/c.png"],
  ["![](https://x.y/c.png)", "https://x.y/c.png", "https://x.y/c.png"],
  ["[![i](https://i.i)](https://x.y)", "i", "i (https://x.y)", "https://x.y"],
  ["[src/a.ts](src/a.ts)", "src/a.ts", "src/a.ts"],
  ["[a](./b.ts)", "a (./b.ts)", "a (./b.ts)"],
  ["[a](javascript:alert)", "a (javascript:alert)", "a (javascript:alert)"],
];
for (const [markdown, text, plain, href] of links) {
  test(`${markdown} reads “${text}”`, () => {
    const rich = read(markdown);
    expect(rich.text).toBe(text);
    expect(plainText(rich)).toBe(plain);
    expect(rich.spans.map(({ mark }) => mark)).toEqual(href === undefined ? [] : [{ kind: "link", href }]);
  });
}

test("signs inside a bare address are part of it, around it they are marks", () => {
  expect(read("see https://a.b/_x_*y* now").text).toBe("see https://a.b/_x_*y* now");
  expect(marked(read("**https://a.b/x_y_z**, _https://a.b_ and *x*"))).toEqual([
    ["bold", "https://a.b/x_y_z"],
    ["italic", "https://a.b"],
    ["italic", "x"],
  ]);
  expect(marked(read("[x](https://a.b)**bold**"))).toEqual([
    ["link", "x"],
    ["bold", "bold"],
  ]);
});

test("tags of messages are marks, also around Markdown and blocks; every other stays to be seen", () => {
  expect(marked(read('<b>a *b*</b> <a href="https://x.y?a=1&amp;b=2">l</a>'))).toEqual([
    ["bold", "a b"],
    ["italic", "b"],
    ["link", "l"],
  ]);
  expect(read('<a href="https://x.y?a=1&amp;b=2">l</a>').spans[0]?.mark).toEqual({
    kind: "link",
    href: "https://x.y?a=1&b=2",
  });
  expect(marked(read("<blockquote expandable>a\n\nb</blockquote>"))).toEqual([["quote", "a\n\nb"]]);
  expect(marked(read('<pre><code class="language-js">x</code></pre>'))).toEqual([["pre", "x"]]);
  for (const text of [
    "/model <model>",
    "a <i>left open",
    "b</b>",
    "<script>x</script>",
    "<!-- c -->",
    "1 < 2 > 0",
    "<span>x</span>",
  ])
    expect(read(text)).toEqual({ text, spans: [] });
  expect(read("a<br>b").text).toBe("a\nb");
  expect(read("\\<b>x\\</b> `<b>y</b>` &lt;b&gt;").text).toBe("<b>x</b> <b>y</b> <b>");
});

test("marks that cross are both kept", () => {
  expect(marked(read("**a <i>b** c</i>"))).toEqual([
    ["bold", "a b"],
    ["italic", "b c"],
  ]);
});

test("bars are a spoiler only where they hug words", () => {
  expect(marked(read("||a **b**|| x"))).toEqual([
    ["spoiler", "a b"],
    ["bold", "b"],
  ]);
  for (const text of ["a || b || c", "x||y||z", "||", "||a", "|||| a"])
    expect(read(text)).toEqual({ text, spans: [] });
  expect(read("\\|\\|a\\|\\|")).toEqual({ text: "||a||", spans: [] });
  expect(read("||a\n\nb||").spans).toEqual([]);
});

const table = "| Name | Link |\n|--|:-:|\n| **a** | [x](https://y.z) |\n| bc | `q` |";

test("a table is aligned code, with wide characters as wide as they are", () => {
  const rich = read("t\n\n" + table + "\n| 日本 | |");
  expect(rich.text).toBe(
    "t\n\n| Name | Link            |\n| ---- | --------------- |\n| a    | x (https://y.z) |\n| bc   | q               |\n| 日本 |                 |\n",
  );
  expect(marked(rich).map(([kind]) => kind)).toEqual(["pre"]);
});

test("a table is a list of what each cell means", () => {
  const rich = readMarkdown(table, "bullets");
  expect(rich.text).toBe("• Name: a\n• Link: x\n\n• Name: bc\n• Link: q");
  expect(marked(rich)).toEqual([
    ["bold", "a"],
    ["link", "x"],
    ["code", "q"],
  ]);
  expect(readMarkdown("| a |\n|-|\n| 1 |\n| 2 |", "bullets").text).toBe("• 1\n\n• 2");
});

test("a table that is not wanted stays as written", () => {
  expect(readMarkdown("| a | b |\n|--|--|\n| *1* | 2 |", "off").text).toBe("| a | b |\n|--|--|\n| 1 | 2 |");
});

test("a few bytes do not become millions of cells", () => {
  const bomb = `${"|a".repeat(128)}|\n${"|-".repeat(128)}|\n${"|\n".repeat(20_000)}`;
  expect(read(bomb).text.length).toBeLessThan(bomb.length + 1);
});

test("what looks like the definition of a link is said, unless it is one", () => {
  expect(read("[INFO]: started").text).toBe("[INFO]: started");
  expect(read("> - [WARN]: disk").text).toContain("[WARN]: disk");
  expect(read("```\n[a]: b\n```").text).toBe("[a]: b\n");
  expect(marked(read("see [1]\n\n[1]: https://a.b"))).toEqual([["link", "1"]]);
  expect(read("[1]: https://a.b").text).toBe("[1]: https://a.b");
});

test("line ends of all systems are the same, and half a character becomes a sign of it", () => {
  expect(read("a\r\nb\rc").text).toBe("a\nb\nc");
  expect(read("a\uD83D b").text).toBe("a\uFFFD b");
});
