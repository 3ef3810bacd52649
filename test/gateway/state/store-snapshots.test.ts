import { expect, test } from "bun:test";
import { StoreSnapshots } from "../../../src/gateway/state/store-snapshots.ts";
import type { Logger } from "../../../src/lib/logger.ts";
import { ManualClock } from "../../support/index.ts";

const HOUR_MS = 3_600_000;

function rig(snapshotAt: number | undefined, fail = false) {
  const clock = new ManualClock();
  const said: string[] = [];
  const note = (message: string) => void said.push(message);
  const log: Logger = {
    child: () => log,
    enabled: () => true,
    trace: note,
    debug: note,
    info: note,
    warn: note,
    error: note,
    fatal: note,
  };
  const store = {
    made: 0,
    at: snapshotAt,
    snapshotAt: () => store.at,
    async snapshot() {
      if (fail) throw new Error("disk full");
      store.made += 1;
      store.at = clock.now();
      return "copy";
    },
  };
  const snapshots = new StoreSnapshots({ store, clock, log });
  return { clock, store, snapshots, said };
}

test("a store without a copy gets one soon after the start, then one a day", () => {
  const { clock, store, snapshots } = rig(undefined);
  snapshots.start();
  expect(store.made).toBe(0);
  clock.advance(HOUR_MS);
  expect(store.made).toBe(1);
  clock.advance(23 * HOUR_MS);
  expect(store.made).toBe(1);
  clock.advance(2 * HOUR_MS);
  expect(store.made).toBe(2);
});

test("a copy of an earlier run counts, so that restarts do not copy again", () => {
  const start = new ManualClock().now();
  const { clock, store, snapshots } = rig(start - 20 * HOUR_MS);
  snapshots.start();
  clock.advance(3 * HOUR_MS);
  expect(store.made).toBe(0);
  clock.advance(2 * HOUR_MS);
  expect(store.made).toBe(1);
});

test("a copy that fails is told and tried again; after the stop there is none", () => {
  const { clock, snapshots, said } = rig(undefined, true);
  snapshots.start();
  clock.advance(HOUR_MS);
  snapshots.stop();
  return Promise.resolve().then(() => {
    const told = said.length;
    expect(told).toBeGreaterThan(1);
    clock.advance(HOUR_MS);
    expect(said.length).toBe(told);
  });
});
