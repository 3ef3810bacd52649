import { setDefaultTimeout, test } from "bun:test";
import { Random, testSeed } from "../durability/random.ts";
import { MOMENTS } from "./moments.ts";
import { Town } from "./town.ts";
import { verdictOn } from "./verdict.ts";

/** Kills in all, and the homes that share them side by side. */
const KILLS = 100;
const HOMES = 2;
const DIRECT = 8;
const GROUPS = 4;
const MESSAGES_A_LIFE = 12;
const SETTLE_MS = 60_000;

/** So many starts of gateways may take minutes on a busy machine. */
setDefaultTimeout(300_000);

test(`after ${KILLS} SIGKILLs in bursts nothing is unanswered and nothing answered twice but what is said to be uncertain`, async () => {
  const seed = testSeed();
  console.log(`seed ${seed}`);
  const homes = Array.from({ length: HOMES }, (_, index) => oneHome(new Random(seed + index)));
  const counts = await Promise.all(homes);
  console.log(counts.map((one) => JSON.stringify(one)).join("\n"));
});

async function oneHome(random: Random) {
  await using town = await Town.start({ direct: DIRECT, groups: GROUPS });
  const { world } = town;
  const deaths = new Map<string, number>();
  for (let life = 0; life < KILLS / HOMES; life += 1) {
    const { name, come } = random.pick(MOMENTS);
    town.burst(MESSAGES_A_LIFE);
    const tidy = await come(town, random);
    await world.down("SIGKILL");
    tidy();
    deaths.set(name, (deaths.get(name) ?? 0) + 1);
    await world.up();
  }
  await world.settled(SETTLE_MS);
  return { ...(await verdictOn(town)), kills: KILLS / HOMES, deaths: Object.fromEntries(deaths) };
}
