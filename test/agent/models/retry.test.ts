import { expect, test } from "bun:test";
import type { Fault } from "../../../src/agent/models/call/fault.ts";
import { pauseBefore } from "../../../src/agent/models/call/retry.ts";

/** How often a fault that stays is repeated, when the clock stands still. */
function repeats(fault: Fault, alternative: boolean): number {
  let attempts = 1;
  while (pauseBefore(fault, { attempts, since: 0, now: 0, alternative }, 0.5) !== undefined) attempts += 1;
  return attempts - 1;
}

const fault = (kind: Fault["kind"]): Fault => ({ kind, message: "gone", reaction: "retry" });

test("where nobody answers, another model is asked soon, and without one it is tried for long", () => {
  expect(repeats(fault("network"), true)).toBe(2);
  expect(repeats(fault("network"), false)).toBe(8);
});

test("a provider that is there and busy is waited for, whoever else could answer", () => {
  expect(repeats(fault("overloaded"), true)).toBe(8);
  expect(repeats(fault("rate_limit"), true)).toBe(9);
});
