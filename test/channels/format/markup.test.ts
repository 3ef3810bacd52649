import { expect, test } from "bun:test";
import {
  chunk,
  type Mark,
  type MarkupStyle,
  readMarkdown,
  type RichText,
  writeMarkup,
} from "../../../src/channels/format/index.ts";

const SIGNS: Partial<Record<Mark["kind"], string>> = { bold: "*", italic: "_", strike: "~", code: "`" };

/** A way of writing marks in which they take room themselves. */
const STARS: MarkupStyle = {
  text: (text, within) => (within.some(({ kind }) => kind === "code") ? text : text.replaceAll("*", "∗")),
  around: ({ kind }, within) => {
    const sign = SIGNS[kind];
    if (sign === undefined || within.some((mark) => mark.kind === "code")) return undefined;
    return { open: sign, close: sign };
  },
};

const stars = (rich: RichText) => writeMarkup(rich, STARS);
const read = (markdown: string) => readMarkdown(markdown, "bullets");

test("a channel writes marks its own way, and leaves those out it does not know", () => {
  expect(stars(read("**b** _i_ ~~s~~ `c * d` 2 * 3 ||x|| [l](https://x.y)"))).toBe(
    "*b* _i_ ~s~ `c * d` 2 ∗ 3 x l",
  );
});

test("marks inside each other close in the opposite order, those that cross are opened again", () => {
  expect(stars(read("**a _b_**"))).toBe("*a _b_*");
  expect(stars(read("**a <i>b** c</i>"))).toBe("*a _b_*_ c_");
});

test("parts fit as they are written, marks included", () => {
  const parts = chunk(read("**word** _word_ ".repeat(100)), {
    limit: 60,
    size: (part) => stars(part).length,
  });
  expect(parts.length).toBeGreaterThan(15);
  for (const part of parts) expect(stars(part).length).toBeLessThanOrEqual(60);
});
