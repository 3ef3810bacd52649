import { expect, test } from "bun:test";
import fc from "fast-check";
import { blockEnd } from "../../../src/channels/live/shows/block-end.ts";
import { LiveRig, streaming } from "./rig.ts";

const WORDS = "These are words enough to begin with.";

test("an answer grows in one message by edits of at most one a second, and takes the preview's place", async () => {
  const rig = new LiveRig(streaming({ mode: "partial" }));
  const reply = rig.begin();
  let full = WORDS;
  for (let word = 0; word < 50; word += 1) {
    reply.observer.text?.(full);
    await rig.pass(50);
    full += ` ${word}`;
  }
  const shown = rig.shown;
  expect(shown.map(([at, call]) => [at, call])).toEqual([
    [0, "open"],
    [1_000, "update"],
    [2_000, "update"],
  ]);
  expect(String(shown[2]?.[2])).toStartWith(String(shown[1]?.[2]));
  expect(await reply.finish()).toEqual({ replaces: { id: 1 } });
  await rig.pass(5_000);
  expect(rig.shown).toHaveLength(3);
});

test("a few words wait a moment, and a quick answer has no preview at all", async () => {
  const rig = new LiveRig(streaming({ mode: "partial" }));
  const quick = rig.begin();
  quick.observer.text?.("Yes.");
  await rig.pass(900);
  expect(await quick.finish()).toEqual({});
  const slow = rig.begin();
  slow.observer.text?.("Well");
  await rig.pass(500);
  slow.observer.text?.("Well,");
  await rig.pass(1_500);
  expect(rig.shown).toEqual([[1_900, "open", "Well,"]]);
});

test("tools are shown below what was said, until more is said", async () => {
  const rig = new LiveRig(streaming({ mode: "partial" }));
  const { observer } = rig.begin();
  observer.text?.(WORDS);
  observer.message?.(WORDS, false);
  observer.tool?.({ id: "1", name: "exec", phase: "start" });
  await rig.pass(2_000);
  observer.text?.("The answer is what you thought it would be.");
  await rig.pass(2_000);
  expect(rig.shown.map(([, , text]) => text)).toEqual([
    WORDS,
    `${WORDS}\n\n🛠️ exec`,
    "The answer is what you thought it would be.",
  ]);
});

test("tools are not shown where they are not wanted", async () => {
  const rig = new LiveRig(streaming({ mode: "partial", preview: { toolProgress: false } }));
  rig.begin().observer.tool?.({ id: "1", name: "exec", phase: "start" });
  await rig.pass(5_000);
  expect(rig.shown).toEqual([]);
});

test("a preview grows to the size of one message and no further", async () => {
  const rig = new LiveRig({ channels: { telegram: { textChunkLimit: 50, streaming: { mode: "partial" } } } });
  const { observer } = rig.begin();
  for (let length = 40; length < 100; length += 20) {
    observer.text?.("x".repeat(length));
    await rig.pass(2_000);
  }
  expect(rig.shown.map(([, , text]) => String(text).length)).toEqual([40, 50]);
});

test("a message that is written once more after its connection broke is shown as it is then", async () => {
  const rig = new LiveRig(streaming({ mode: "partial" }));
  const { observer } = rig.begin();
  observer.text?.(`${WORDS} And more.`);
  await rig.pass(1_000);
  observer.text?.("Other words this time.");
  await rig.pass(1_000);
  expect(rig.shown.at(-1)?.[2]).toBe("Other words this time.");
});

const PARAGRAPH = `${"word ".repeat(50).trim()}.`;

test("in block mode whole paragraphs appear, in one message that the answer takes the place of", async () => {
  const rig = new LiveRig(streaming({ mode: "block" }));
  const reply = rig.begin();
  const answer = `${PARAGRAPH}\n\n${PARAGRAPH}\n\n${PARAGRAPH}`;
  for (let length = 0; length <= answer.length; length += 10) {
    reply.observer.text?.(answer.slice(0, length));
    await rig.pass(100);
  }
  expect(rig.shown.map(([, call, text]) => [call, text])).toEqual([
    ["open", PARAGRAPH],
    ["update", `${PARAGRAPH}\n\n${PARAGRAPH}`],
  ]);
  expect(await reply.finish()).toEqual({ replaces: { id: 1 } });
});

test("parts that are enabled go before the mode, with their own size, and end where the writing pauses", async () => {
  const block = { enabled: true, coalesce: { minChars: 10, maxChars: 40, idleMs: 3_000 } };
  const rig = new LiveRig(streaming({ mode: "progress", block }));
  const { observer } = rig.begin();
  observer.text?.("One two three four.\n\nFive six");
  await rig.pass(2_900);
  expect(rig.shown.map(([, , text]) => text)).toEqual(["One two three four."]);
  await rig.pass(1_000);
  expect(rig.shown.map(([, , text]) => text)).toEqual([
    "One two three four.",
    "One two three four.\n\nFive six",
  ]);
});

test("blockStreamingDefault turns parts on where a channel says nothing of streaming", async () => {
  const rig = new LiveRig({ agents: { defaults: { blockStreamingDefault: "on" } } });
  rig.begin().observer.text?.(`${PARAGRAPH}\n\nmore`);
  await rig.settle();
  expect(rig.shown.map(([, , text]) => text)).toEqual([PARAGRAPH]);
});

test("a block ends at the kind of place that is preferred, and where it can when it is too long", () => {
  const sizes = { minChars: 10, maxChars: 40, ends: "paragraph" } as const;
  expect(blockEnd("aaaa bbbb. cccc\ndddd", 0, sizes)).toBeUndefined();
  expect(blockEnd("aaaa bbbb. cccc\ndddd", 0, { ...sizes, ends: "newline" })).toBe(16);
  expect(blockEnd("aaaa bbbb. cccc", 0, { ...sizes, ends: "sentence" })).toBe(11);
  expect(blockEnd("short\n\nlonger text\n\nx", 0, sizes)).toBe(20);
  expect(blockEnd(`aaaa bbbb. ${"c".repeat(50)}`, 0, sizes)).toBe(11);
  expect(blockEnd("c".repeat(50), 0, sizes)).toBe(40);
  expect(blockEnd("```\nlet a;\n\nlet b;\n```\n\n", 0, sizes)).toBe(24);
});

test("blocks are never empty, never too long, and together the text", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("word ", "x", ".", "\n", "\n\n", "```\n"), { maxLength: 200 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 0, max: 20 }),
      fc.constantFrom("paragraph", "newline", "sentence"),
      (pieces, minChars, more, ends) => {
        const text = pieces.join("");
        const sizes = { minChars, maxChars: minChars + more, ends } as const;
        let from = 0;
        for (let end = blockEnd(text, from, sizes); end !== undefined; end = blockEnd(text, from, sizes)) {
          expect(end - from).toBeGreaterThan(0);
          expect(end - from).toBeLessThanOrEqual(sizes.maxChars);
          from = end;
        }
        expect(from).toBeLessThanOrEqual(text.length);
      },
    ),
  );
});
