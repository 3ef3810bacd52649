import { expect, setDefaultTimeout, test } from "bun:test";
import { smallHome, STORE_TROUBLES } from "../durability/store-trouble.ts";
import { until } from "../../support/index.ts";
import { Town } from "./town.ts";

const DIRECT = 8;
const GROUPS = 4;
const MESSAGES = 36;
const SETTLE_MS = 40_000;
/** Within this the status says what is wrong, and so much is said between two looks at it. */
const TELL_MS = 20_000;
const SAID_MEANWHILE = 3;
/** Room for all that is said, with the journal. */
const DISK_MB = 24;

setDefaultTimeout(90_000);

for (const { what, told, strike } of STORE_TROUBLES) {
  test(`B26: ${what} in the middle of a burst: nothing is lost or doubled, the status says why, and it goes on by itself`, async () => {
    await using town = await Town.start({
      direct: DIRECT,
      groups: GROUPS,
      world: { home: await smallHome(DISK_MB) },
    });
    const { world } = town;
    town.burst(MESSAGES);
    await town.answered(3, SETTLE_MS);
    const mend = await strike(world.home);
    town.burst(MESSAGES);
    // A disk that is full still takes what fits into the room the journal has: more is said as long as it does.
    const pressed = (what: string, check: () => Promise<boolean>) =>
      until(
        what,
        async () => {
          if (await check()) return true;
          if (world.bot.queue.pending.length === 0) town.burst(SAID_MEANWHILE);
          return false;
        },
        TELL_MS,
      );
    for (const method of ["channels.status", "health"]) {
      await pressed(`${method} to tell`, async () => told.test(JSON.stringify(await world.call(method))));
    }
    await pressed("an issue to tell", async () =>
      (await world.issues()).some((issue) => issue.startsWith("store: ")),
    );
    await mend();
    const mended = performance.now();
    await town.answered(town.said.length, SETTLE_MS);
    console.log(`${what}: all answered ${Math.round(performance.now() - mended)} ms after it was over`);
    await world.settled(SETTLE_MS);
    expect(town.wrong()).toEqual([]);
    expect((await world.issues()).filter((issue) => /^(?:store|delivery)/.test(issue))).toEqual([]);
    expect(JSON.stringify(await world.call("channels.status"))).not.toMatch(told);
  });
}
