import { expect, test } from "bun:test";
import { isRecord, recordOf } from "../../src/lib/records.ts";

test("only an object is a record: no null, no list, no text", () => {
  expect([{}, { a: 1 }].map(isRecord)).toEqual([true, true]);
  expect([null, undefined, [], "a", 1].map(isRecord)).toEqual([false, false, false, false, false]);
});

test("what is no record is read as an empty one", () => {
  expect(recordOf({ a: 1 })).toEqual({ a: 1 });
  expect([null, [1], "a"].map(recordOf)).toEqual([{}, {}, {}]);
});
