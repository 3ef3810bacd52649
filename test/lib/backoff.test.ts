import { expect, test } from "bun:test";
import fc from "fast-check";
import { doublingMs } from "../../src/lib/backoff.ts";

test("a pause doubles with every failure up to the longest", () => {
  expect([0, 1, 2, 3, 4, 5].map((failures) => doublingMs(failures, 500, 3_000))).toEqual([
    500, 500, 1_000, 2_000, 3_000, 3_000,
  ]);
});

test("a pause is a finite number between the first and the longest after any number of failures", () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.integer({ min: 1, max: 60_000 }),
      fc.integer({ min: 60_000, max: 86_400_000 }),
      (n, first, max) => {
        const ms = doublingMs(n, first, max);
        expect(ms).toBeGreaterThanOrEqual(first);
        expect(ms).toBeLessThanOrEqual(max);
        expect(doublingMs(n + 1, first, max)).toBeGreaterThanOrEqual(ms);
      },
    ),
  );
});
