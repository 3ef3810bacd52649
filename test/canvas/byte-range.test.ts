import { expect, test } from "bun:test";
import fc from "fast-check";
import { byteRange } from "../../src/canvas/byte-range.ts";

test.each([
  [null, undefined],
  ["bytes=0-9", { start: 0, end: 10 }],
  ["bytes=90-", { start: 90, end: 100 }],
  ["bytes=-10", { start: 90, end: 100 }],
  ["bytes=-1000", { start: 0, end: 100 }],
  ["bytes=50-1000", { start: 50, end: 100 }],
  ["bytes=100-", "unsatisfiable"],
  ["bytes=-0", "unsatisfiable"],
  ["bytes=9-3", undefined],
  ["bytes=-", undefined],
  ["bytes=0-1,5-6", undefined],
  ["lines=0-1", undefined],
] as const)("%p of 100 bytes", (header, wanted) => {
  expect(byteRange(header, 100)).toEqual(wanted);
});

test("a part always lies within the file and is not empty", () => {
  fc.assert(
    fc.property(fc.nat(2_000), fc.option(fc.nat(3_000)), fc.option(fc.nat(3_000)), (size, from, to) => {
      const range = byteRange(`bytes=${from ?? ""}-${to ?? ""}`, size);
      if (range === undefined || range === "unsatisfiable") return;
      expect(range.start >= 0 && range.start < range.end && range.end <= size).toBe(true);
    }),
  );
});
