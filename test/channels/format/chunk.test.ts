import { expect, test } from "bun:test";
import fc from "fast-check";
import { chunk, readMarkdown, type RichText, unmarked } from "../../../src/channels/format/index.ts";
import { anyMarkdown } from "./any-markdown.ts";

const texts = (parts: readonly RichText[]) => parts.map((part) => part.text);
const cut = (text: string, limit: number, mode: "length" | "newline" = "length") =>
  texts(chunk(unmarked(text), { limit, mode }));

test("a text without better places is cut exactly at the limit", () => {
  expect(cut("x".repeat(9_000), 4_000).map((text) => text.length)).toEqual([4_000, 4_000, 1_000]);
});

test("a text that fits is one part, and a blank one is none", () => {
  expect(cut("x".repeat(10), 10)).toEqual(["x".repeat(10)]);
  expect(cut("", 10)).toEqual([]);
  expect(cut(" \n ", 10)).toEqual([]);
});

const A = "a".repeat(32);
const places: readonly [string, string, readonly string[]][] = [
  ["a paragraph's end goes before a line's", `${A}\n\nb\nc d ${A}`, [A, `b\nc d ${A}`]],
  ["a line's end goes before a word's", `${A}\nb c ${A}`, [A, `b c ${A}`]],
  ["a word is not cut where it can be helped", `${A} b c ${A}`, [`${A} b c`, A]],
  ["a space right behind the limit is a place", `${"a".repeat(40)} b`, ["a".repeat(40), "b"]],
  ["a place too far in front is none", `a\n\n${"b".repeat(60)}`, [`a\n\n${"b".repeat(37)}`, "b".repeat(23)]],
];
for (const [promise, text, parts] of places) test(promise, () => expect(cut(text, 40)).toEqual([...parts]));

test("at blank lines a text is cut wherever they are, as late as possible", () => {
  expect(cut(`a\n\nb\n\n${"c".repeat(39)}`, 40, "newline")).toEqual(["a\n\nb", "c".repeat(39)]);
  expect(cut(`a\n\n${"c".repeat(60)}`, 40, "newline")).toEqual(["a", "c".repeat(40), "c".repeat(20)]);
  expect(cut("a\n\nb", 40, "newline")).toEqual(["a\n\nb"]);
});

test("a mark that would cross a cut ends there and begins anew", () => {
  const link = { kind: "link", href: "https://x.y" } as const;
  expect(chunk(readMarkdown(`a [${"y".repeat(15)}](https://x.y)`, "code"), { limit: 10 })).toEqual([
    { text: `a ${"y".repeat(8)}`, spans: [{ start: 2, end: 10, mark: link }] },
    { text: "y".repeat(7), spans: [{ start: 0, end: 7, mark: link }] },
  ]);
});

test("code is cut at the ends of lines and keeps its indentation and blank lines", () => {
  const rich = readMarkdown("```js\n  let a = 1;\n\n    let b = 2;\n  let c = 3;\n```", "code");
  expect(texts(chunk(rich, { limit: 16 }))).toEqual([
    "  let a = 1;\n\n",
    "    let b = 2;\n",
    "  let c = 3;\n",
  ]);
});

test("surrogate pairs, combining marks and joined emoji are not cut", () => {
  expect(cut("👍👍👍", 3)).toEqual(["👍", "👍", "👍"]);
  expect(cut("ae\u0301b", 2)).toEqual(["a", "e\u0301", "b"]);
  expect(cut("xx👨‍👩‍👧y", 9)).toEqual(["xx", "👨‍👩‍👧y"]);
  expect(cut("aaa \u0301b", 4)).toEqual(["aaa", " \u0301b"]);
});

test("a character longer than a message is cut between its parts, never inside of one", () => {
  const parts = cut("👨‍👩‍👧", 3);
  expect(parts.every((part) => part.isWellFormed() && part.length <= 3)).toBe(true);
  expect(parts.join("")).toBe("👨‍👩‍👧");
});

test("what counts is the size a part has when it is rendered", () => {
  const rich = readMarkdown("**a** ".repeat(50), "code");
  const size = (part: RichText) => part.text.length + part.spans.length * 2;
  const parts = chunk(rich, { limit: 40, size });
  expect(parts.every((part) => size(part) <= 40)).toBe(true);
  expect(parts.length).toBeLessThan(8);
});

/** Characters that are not white space: cutting loses none of them. */
const ink = (text: string) => text.replaceAll(/\s/g, "");

test("whatever a text is: its parts fit, say all of it in order, and cut no character", () => {
  const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
  fc.assert(
    fc.property(
      anyMarkdown,
      fc.integer({ min: 2, max: 60 }),
      fc.constantFrom("length", "newline"),
      (markdown, limit, mode) => {
        const whole = readMarkdown(markdown, "code");
        const parts = chunk(whole, { limit, mode });
        expect(ink(texts(parts).join(""))).toBe(ink(whole.text));
        let at = 0;
        for (const part of parts) {
          expect(part.text.length).toBeLessThanOrEqual(limit);
          expect(part.text.isWellFormed()).toBe(true);
          for (const { start, end } of part.spans) {
            expect(start).toBeGreaterThanOrEqual(0);
            expect(end).toBeLessThanOrEqual(part.text.length);
            expect(start).toBeLessThan(end);
          }
          at = whole.text.indexOf(part.text, at);
          expect(at).toBeGreaterThanOrEqual(0);
          at += part.text.length;
          const character = graphemes.segment(whole.text).containing(at);
          if (character && character.index < at) expect(character.segment.length).toBeGreaterThan(limit);
        }
      },
    ),
    { numRuns: 2_000 },
  );
});

test("marks cover the same characters before and after cutting", () => {
  fc.assert(
    fc.property(anyMarkdown, fc.integer({ min: 2, max: 60 }), (markdown, limit) => {
      const whole = readMarkdown(markdown, "code");
      const covered = (rich: RichText) => {
        const kinds = rich.text.split("").map(() => new Set<string>());
        for (const { start, end, mark } of rich.spans)
          for (let at = start; at < end; at += 1) kinds[at]?.add(JSON.stringify(mark));
        return rich.text
          .split("")
          .flatMap((sign, at) =>
            /\s/.test(sign) ? [] : [`${sign}${[...(kinds[at] ?? [])].toSorted().join()}`],
          );
      };
      expect(chunk(whole, { limit }).flatMap(covered)).toEqual(covered(whole));
    }),
    { numRuns: 500 },
  );
});
