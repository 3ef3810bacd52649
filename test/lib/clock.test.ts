import { expect, test } from "bun:test";
import { inTime } from "../../src/lib/clock.ts";
import { ManualClock } from "../support/index.ts";

test("work that is done in time gives its result, and leaves no timer behind", async () => {
  const clock = new ManualClock();
  expect(await inTime(clock, 1_000, Promise.resolve("done"), "late")).toBe("done");
  expect(clock.waiting).toBe(0);
});

test("work that takes longer is not waited for", async () => {
  const clock = new ManualClock();
  const { promise, resolve } = Promise.withResolvers<string>();
  const answer = inTime(clock, 1_000, promise, "late");
  clock.advance(999);
  expect(await Promise.race([answer, Promise.resolve("still waiting")])).toBe("still waiting");
  clock.advance(1);
  expect(await answer).toBe("late");
  resolve("done");
});

test("work that fails in time is a failure, and work that fails late is nobody's", async () => {
  const clock = new ManualClock();
  await expect(inTime(clock, 1_000, Promise.reject(new Error("no")), "late")).rejects.toThrow("no");
  expect(clock.waiting).toBe(0);
  const { promise, reject } = Promise.withResolvers<string>();
  const answer = inTime(clock, 1_000, promise, "late");
  clock.advance(1_000);
  reject(new Error("too late to matter"));
  expect(await answer).toBe("late");
});
