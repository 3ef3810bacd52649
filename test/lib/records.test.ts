import { expect, test } from "bun:test";
import { isNestedDeeper, isRecord, recordOf } from "../../src/lib/records.ts";

test("only an object is a record: no null, no list, no text", () => {
  expect([{}, { a: 1 }].map(isRecord)).toEqual([true, true]);
  expect([null, undefined, [], "a", 1].map(isRecord)).toEqual([false, false, false, false, false]);
});

test("what is no record is read as an empty one", () => {
  expect(recordOf({ a: 1 })).toEqual({ a: 1 });
  expect([null, [1], "a"].map(recordOf)).toEqual([{}, {}, {}]);
});

test("levels are counted through lists and objects, whatever stands beside them, and to any depth", () => {
  expect(["a", null, undefined, 1].map((value) => isNestedDeeper(value, 0))).toEqual([
    false,
    false,
    false,
    false,
  ]);
  const three = { beside: [1], in: [{ a: null }] };
  expect([2, 3].map((levels) => isNestedDeeper(three, levels))).toEqual([true, false]);
  const depth = 200_000;
  for (const text of [
    "[".repeat(depth) + "]".repeat(depth),
    `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`,
  ]) {
    expect([depth - 1, depth].map((levels) => isNestedDeeper(JSON.parse(text), levels))).toEqual([
      true,
      false,
    ]);
  }
});
