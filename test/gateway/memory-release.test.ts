import { expect, test } from "bun:test";
import { CROWD_GONE_MS, CROWD_SIZE } from "../../src/gateway/limits.ts";
import { MemoryRelease } from "../../src/gateway/state/memory-release.ts";
import { ManualClock } from "../support/manual-clock.ts";

function setUp() {
  const clock = new ManualClock();
  let releases = 0;
  const memory = new MemoryRelease({ clock, release: () => void (releases += 1) });
  const depart = (count: number) => {
    for (let n = 0; n < count; n++) memory.departed();
  };
  return { clock, memory, depart, releases: () => releases };
}

test("memory is given back once a crowd is gone, and again for what that freed", () => {
  const { clock, depart, releases } = setUp();
  depart(CROWD_SIZE);
  expect(releases()).toBe(0);
  clock.advance(CROWD_GONE_MS);
  expect(releases()).toBe(1);
  clock.advance(CROWD_GONE_MS * 10);
  expect(releases()).toBe(2);
});

test("memory is given back once a start is over, whoever looked in meanwhile", () => {
  const { clock, memory, depart, releases } = setUp();
  memory.started();
  depart(1);
  expect(releases()).toBe(0);
  clock.advance(CROWD_GONE_MS);
  expect(releases()).toBe(1);
  clock.advance(CROWD_GONE_MS * 10);
  expect(releases()).toBe(2);
});

test("not while the crowd is leaving", () => {
  const { clock, depart, releases } = setUp();
  for (let n = 0; n < 5; n++) {
    depart(CROWD_SIZE);
    clock.advance(CROWD_GONE_MS / 2);
  }
  expect(releases()).toBe(0);
  clock.advance(CROWD_GONE_MS * 2);
  expect(releases()).toBeGreaterThan(0);
});

test("not for a few, until they add up to a crowd", () => {
  const { clock, depart, releases } = setUp();
  depart(CROWD_SIZE - 1);
  clock.advance(CROWD_GONE_MS * 10);
  expect(releases()).toBe(0);
  depart(1);
  clock.advance(CROWD_GONE_MS);
  expect(releases()).toBe(1);
});

test("a crowd that leaves while memory is being given back is not forgotten", () => {
  const { clock, depart, releases } = setUp();
  depart(CROWD_SIZE);
  clock.advance(CROWD_GONE_MS);
  depart(CROWD_SIZE);
  clock.advance(CROWD_GONE_MS * 10);
  expect(releases()).toBe(4);
});

test("not after the gateway stopped", () => {
  const { clock, memory, depart, releases } = setUp();
  depart(CROWD_SIZE);
  memory.stop();
  clock.advance(CROWD_GONE_MS * 10);
  expect(releases()).toBe(0);
});
