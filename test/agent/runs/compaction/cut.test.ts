import { expect, test } from "bun:test";
import fc from "fast-check";
import { cutAt } from "../../../../src/agent/runs/compaction/cut.ts";
import type { Said } from "../../../../src/agent/runs/compaction/said.ts";

/** Conversations of questions, answers, and answers that call tools; somebody may speak before a result is there. */
const conversation: fc.Arbitrary<Said[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom("ask", "answer", "call", "callAndSpeak"),
      tokens: fc.integer({ min: 0, max: 50 }),
    }),
    { maxLength: 20 },
  )
  .map((acts) => {
    let id = 0;
    const said = (role: Said["role"], tokens: number, callIds: string[] = []): Said => ({
      id: `e${(id += 1)}`,
      role,
      text: "x",
      tokens,
      callIds,
    });
    return acts.flatMap(({ kind, tokens }, index) => {
      if (kind === "ask") return [said("user", tokens)];
      if (kind === "answer") return [said("assistant", tokens)];
      const call = [`c${index}`];
      const between = kind === "call" ? [] : [said("user", 1)];
      return [said("assistant", tokens, call), ...between, said("toolResult", tokens, call)];
    });
  });

test("a cut never parts a call from its result, and something always stays", () => {
  fc.assert(
    fc.property(conversation, fc.integer({ min: 0, max: 400 }), (said, keepTokens) => {
      const cut = cutAt(said, keepTokens);
      const [gone, kept] = [said.slice(0, cut), said.slice(cut)];
      const calls = new Set(
        gone.filter(({ role }) => role === "assistant").flatMap(({ callIds }) => callIds),
      );
      for (const { role, callIds } of kept) {
        if (role === "toolResult") expect(callIds.some((id) => calls.has(id))).toBe(false);
      }
      if (said.length > 0) expect(kept.length).toBeGreaterThan(0);
    }),
  );
});

test("what fits stays whole", () => {
  fc.assert(
    fc.property(conversation, (said) => {
      const all = said.reduce((sum, { tokens }) => sum + tokens, 0);
      expect(cutAt(said, all)).toBe(0);
    }),
  );
});
