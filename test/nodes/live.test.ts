import { expect, test } from "bun:test";
import type { Clock } from "../../src/lib/clock.ts";
import { isAlive, LiveNodes } from "../../src/nodes/live.ts";
import { NodeEnd, settle } from "./rig.ts";

/** Timers in the order in which they were set, each due when the test says so. */
function standingClock(): { clock: Clock; fire(): void } {
  const timers: (() => void)[] = [];
  return {
    clock: {
      now: () => 0,
      monotonic: () => 0,
      after(_ms, fn) {
        timers.push(fn);
        return { cancel: () => void timers.splice(timers.indexOf(fn), 1) };
      },
      every: () => ({ cancel() {} }),
    },
    fire: () => timers.shift()?.(),
  };
}

function probed() {
  const { clock, fire } = standingClock();
  const node = new NodeEnd("node-1", "conn-1", 0);
  const pong = Promise.withResolvers<void>();
  node.ping = () => pong.promise;
  const live = new LiveNodes().add(node, 0);
  return { live, alive: isAlive(live, clock), fire, pong };
}

test("a node whose sign of life came while this process stood still is alive: it is read before the verdict", async () => {
  const { live, alive, fire, pong } = probed();
  fire();
  await settle();
  pong.resolve();
  await settle();
  fire();
  expect(await alive).toBe(true);
  expect(live.failedProbes).toBe(0);
});

test("a node that gave none until its time was up is not", async () => {
  const { live, alive, fire } = probed();
  fire();
  fire();
  expect(await alive).toBe(false);
  expect(live.failedProbes).toBe(1);
});
