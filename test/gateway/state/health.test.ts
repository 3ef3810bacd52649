import { expect, test } from "bun:test";
import { Health } from "../../../src/gateway/state/health.ts";
import { ManualClock } from "../../support/index.ts";

test("once it was stopped health looks at nothing, whoever asks", async () => {
  let looks = 0;
  const told: number[] = [];
  const health = new Health({
    clock: new ManualClock(),
    look: async () => void (looks += 1),
    collect: () => ({}),
    refreshed: () => void told.push(health.version),
  });
  health.start();
  await health.refresh();
  expect(looks).toBe(2);
  health.stop();
  const { version } = health;
  expect(await health.refresh()).toBe(health.snapshot);
  expect([looks, health.version, told.at(-1)]).toEqual([2, version, version]);
});
