import { expect, test } from "bun:test";
import { Deadline } from "../../src/lib/deadline.ts";
import { ManualClock } from "../support/index.ts";

function watched(ms: number) {
  const clock = new ManualClock();
  let fired = 0;
  return { clock, fired: () => fired, deadline: new Deadline(clock, ms, () => fired++) };
}

test("it fires once when nobody pushed in time, and a push puts it off", () => {
  const { clock, fired, deadline } = watched(100);
  deadline.push();
  clock.advance(99);
  deadline.push();
  clock.advance(99);
  expect(fired()).toBe(0);
  clock.advance(1);
  expect(fired()).toBe(1);
  clock.advance(1_000);
  expect(fired()).toBe(1);
});

test("at rest it waits for the next push, however long", () => {
  const { clock, fired, deadline } = watched(100);
  deadline.push();
  deadline.rest();
  clock.advance(10_000);
  expect(fired()).toBe(0);
  deadline.push();
  clock.advance(100);
  expect(fired()).toBe(1);
});

test("stopped, or with no time at all, it never fires", () => {
  for (const ms of [0, 100]) {
    const { clock, fired, deadline } = watched(ms);
    deadline.push();
    if (ms > 0) deadline.stop();
    clock.advance(10_000);
    expect(fired()).toBe(0);
  }
});
