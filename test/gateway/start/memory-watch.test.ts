import { expect, test } from "bun:test";
import { MemoryWatch } from "../../../src/gateway/start/memory-watch.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import { openStore } from "../../../src/store/index.ts";
import { ManualClock, tempHome } from "../../support/index.ts";

const MB = 1_048_576;

async function bed({ supervised = true } = {}) {
  const home = await tempHome();
  const store = await openStore({ path: home.at("store.sqlite"), clock: systemClock, log: silentLogger });
  const clock = new ManualClock();
  const seen = { resident: 100 * MB, released: 0, ended: 0, said: [] as string[] };
  const note = (message: string) => void seen.said.push(message);
  const make = () =>
    new MemoryWatch({
      clock,
      log: { ...silentLogger, warn: note, error: note },
      kv: store.kv,
      capacityBytes: 1_000 * MB,
      residentBytes: () => seen.resident,
      counters: () => ({ openclaw_connections: 3 }),
      release: () => void (seen.released += 1),
      end: supervised ? () => void (seen.ended += 1) : undefined,
    });
  return {
    seen,
    clock,
    make,
    async [Symbol.asyncDispose]() {
      await store.close();
      await home[Symbol.asyncDispose]();
    },
  };
}

test("above half of the memory garbage is collected and told, once in ten minutes", async () => {
  await using it = await bed();
  const watch = it.make();
  await watch.look();
  expect(it.seen).toMatchObject({ released: 0, said: [] });
  it.seen.resident = 500 * MB;
  for (let look = 0; look < 100; look++) {
    await watch.look();
    it.clock.advance(5_000);
  }
  expect(it.seen).toMatchObject({ released: 1, ended: 0 });
  expect(it.seen.said).toEqual([expect.stringContaining("memory is getting short (500 of 1000 MB)")]);
  it.clock.advance(600_000);
  await watch.look();
  expect(it.seen.released).toBe(2);
});

test("above three quarters a supervised gateway ends, if two looks in a row say so; the next one not within half an hour", async () => {
  await using it = await bed();
  const first = it.make();
  it.seen.resident = 800 * MB;
  await first.look();
  it.seen.resident = 400 * MB;
  await first.look();
  it.seen.resident = 800 * MB;
  await first.look();
  expect(it.seen.ended).toBe(0);
  await first.look();
  await first.look();
  expect(it.seen.ended).toBe(1);
  const next = it.make();
  for (let look = 0; look < 5; look++) await next.look();
  expect(it.seen.ended).toBe(1);
  expect(it.seen.said.at(-1)).toContain("did not help");
  it.clock.advance(1_800_000);
  const later = it.make();
  for (let look = 0; look < 2; look++) await later.look();
  expect(it.seen.ended).toBe(2);
});

test("a gateway that nobody would start again never ends for want of memory", async () => {
  await using it = await bed({ supervised: false });
  const watch = it.make();
  it.seen.resident = 990 * MB;
  for (let look = 0; look < 5; look++) await watch.look();
  expect(it.seen.ended).toBe(0);
  expect(it.seen.said.at(-1)).toContain("nobody would start this gateway again");
});
