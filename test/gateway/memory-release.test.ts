import { expect, test } from "bun:test";
import { CALM_CPU_MS, CROWD_GONE_MS, CROWD_SIZE } from "../../src/gateway/limits.ts";
import { MemoryRelease } from "../../src/gateway/state/memory-release.ts";
import { ManualClock } from "../support/manual-clock.ts";

function setUp() {
  const clock = new ManualClock();
  let releases = 0;
  let cpuMs = 1_000;
  const memory = new MemoryRelease({
    clock,
    cpuMs: () => cpuMs,
    release: () => void (releases += 1),
  });
  const work = (ms: number) => void (cpuMs += ms);
  const depart = (count: number) => {
    for (let n = 0; n < count; n++) memory.departed();
  };
  return { clock, memory, depart, work, releases: () => releases };
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

test("not while people are served, whose code it would throw away", () => {
  const { clock, memory, work, releases } = setUp();
  memory.started();
  for (let second = 0; second < 60; second++) {
    work(CALM_CPU_MS + 1);
    clock.advance(CROWD_GONE_MS);
  }
  expect(releases()).toBe(0);
  work(CALM_CPU_MS);
  clock.advance(CROWD_GONE_MS);
  expect(releases()).toBe(1);
  work(CALM_CPU_MS + 1);
  clock.advance(CROWD_GONE_MS);
  expect(releases()).toBe(1);
  clock.advance(CROWD_GONE_MS);
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
  // One after the first crowd, two after the second.
  expect(releases()).toBe(3);
});

test("not after the gateway stopped", () => {
  const { clock, memory, depart, releases } = setUp();
  depart(CROWD_SIZE);
  memory.stop();
  clock.advance(CROWD_GONE_MS * 10);
  expect(releases()).toBe(0);
});
