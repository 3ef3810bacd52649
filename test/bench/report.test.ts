import { expect, test } from "bun:test";
import { FIGURES, median, percentile } from "./figures.ts";
import { renderReport } from "./report.ts";

test("the report has a row for what was measured, with budget, floor and verdict", () => {
  const lines = renderReport({ version: 12.34, handshakes: 3_999 }, { version: 3 }).split("\n");
  expect(lines.map((line) => line.trim().split(/\s{2,}/))).toEqual([
    ["measured", "budget", "floor"],
    ["openclaw --version", "12.3 ms", "<= 20.0 ms", "3.0 ms", "ok"],
    ["fresh handshakes", "3,999/s", ">= 4,000/s", "OVER"],
  ]);
});

test("every figure has its own id", () => {
  expect(new Set(FIGURES.map(({ id }) => id)).size).toBe(FIGURES.length);
});

test("percentiles are samples, and do not need them sorted", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(percentile([5, 1, 4, 2, 3], 0.99)).toBe(5);
  expect(percentile([], 0.5)).toBeNaN();
});
