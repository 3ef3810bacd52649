import { expect, test } from "bun:test";
import { plainOutput } from "../../../src/agent/tools/commands/plain-output.ts";

test("each line is as it was overwritten last, and a line break of Windows is one", () => {
  expect(plainOutput("10 %\r20 %\r100 %\ndone\r\nmore\r\n")).toBe("100 %\ndone\nmore\n");
  expect(plainOutput("a\nb\rc\n\rd")).toBe("a\nc\nd");
});

test("colours, cursor movement and control characters are left out", () => {
  expect(plainOutput("\u001b[31mred\u001b[0m \u001b]0;title\u0007bell\u0007\u001b7!")).toBe("red bell!");
});

test("a line as long as an output may be is gone through once, whatever stands before it", () => {
  // To try every letter of it as a beginning would take an hour.
  const long = "x".repeat(1_000_000);
  expect(plainOutput(`\r${long}`)).toBe(long);
  expect(plainOutput(`${long}\n5 %\r${long}`)).toBe(`${long}\n${long}`);
});
