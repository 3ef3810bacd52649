import { expect, test } from "bun:test";
import fc from "fast-check";
import { Coalescer, type Piece } from "../../../../src/agent/runs/voice/coalescer.ts";
import { ManualClock } from "../../../support/manual-clock.ts";

function listening() {
  const clock = new ManualClock();
  const said: (Piece & { readonly at: number })[] = [];
  const coalescer = new Coalescer(clock, (piece) => said.push({ ...piece, at: clock.now() }));
  return { clock, said, coalescer };
}

test("the first token goes out at once, later ones at most every 30 ms, and nothing is lost", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ text: fc.constantFrom("a", "b ", "c"), afterMs: fc.integer({ min: 0, max: 40 }) }),
        {
          minLength: 1,
        },
      ),
      (tokens) => {
        const { clock, said, coalescer } = listening();
        let whole = "";
        for (const [index, { text, afterMs }] of tokens.entries()) {
          coalescer.push(text);
          whole += text;
          if (index === 0) expect(said).toHaveLength(1);
          clock.advance(afterMs);
        }
        coalescer.finish(whole);
        expect(said.map(({ delta }) => delta).join("")).toBe(whole);
        expect(said.at(-1)?.full).toBe(whole);
        expect(said.every(({ replaced }) => !replaced)).toBe(true);
        // The end of a message waits for nothing.
        for (const [index, { at }] of said.slice(0, -1).entries()) {
          const before = said[index - 1];
          if (before) expect(at - before.at).toBeGreaterThanOrEqual(30);
        }
      },
    ),
  );
});

test("a message that begins anew replaces what was shown of it", () => {
  const { clock, said, coalescer } = listening();
  coalescer.push("Half an");
  coalescer.restart();
  clock.advance(30);
  coalescer.push("Whole");
  coalescer.finish("Whole");
  expect(said.map(({ full, delta, replaced }) => [full, delta, replaced])).toEqual([
    ["Half an", "Half an", false],
    ["Whole", "Whole", true],
  ]);
});

test("silence is held back while it may still be the word for it", () => {
  const { clock, said, coalescer } = listening();
  for (const token of ["N", "O", "_REPLY"]) coalescer.push(token);
  clock.advance(100);
  coalescer.finish("");
  expect(said).toEqual([]);
  for (const token of ["NO", " wonder"]) coalescer.push(token);
  coalescer.finish("NO wonder");
  expect(said.at(-1)?.full).toBe("NO wonder");
});

test("after its stop nothing is said, and the next message begins from nothing", () => {
  const { clock, said, coalescer } = listening();
  coalescer.push("a");
  coalescer.push("b");
  coalescer.stop();
  clock.advance(100);
  expect(said).toHaveLength(1);
  coalescer.finish("ab");
  coalescer.push("c");
  clock.advance(100);
  expect(said.at(-1)).toMatchObject({ full: "c", replaced: false });
});
