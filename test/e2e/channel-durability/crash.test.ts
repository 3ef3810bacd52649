import { expect, setDefaultTimeout, test } from "bun:test";
import type { OutboxRow } from "../../../src/store/index.ts";
import { Random, testSeed } from "../durability/random.ts";
import { withRemains } from "../durability/remains.ts";
import { marksIn } from "../telegram/support/index.ts";
import { MOMENTS } from "./moments.ts";
import { Town } from "./town.ts";

/** Kills in all, and the homes that share them side by side. */
const KILLS = 100;
const HOMES = 2;
const DIRECT = 8;
const GROUPS = 4;
const MESSAGES_A_LIFE = 12;
const SETTLE_MS = 60_000;

setDefaultTimeout(150_000);

const NOTICE = /couldn’t confirm/;

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
  await world.down("SIGKILL");
  const rows = await withRemains(world.home, async ({ outbox, inbox }) => {
    expect(await inbox.list({ states: ["waiting", "dead"], limit: 100 })).toEqual([]);
    return outbox.list({ limit: 100_000 });
  });
  return { ...judged(town, rows), kills: KILLS / HOMES, deaths: Object.fromEntries(deaths) };
}

/** Everything said is shown once; or not at all, and then the queue says that nobody knows and the chat was told. */
function judged(town: Town, rows: readonly OutboxRow[]) {
  const unknown = rows.filter(({ state }) => state === "unknown");
  const uncertain = new Set(unknown.flatMap(({ summary }) => marksIn(summary)));
  const wrong = town.wrong().flatMap(({ chat, said, heard }) => {
    const missing = said.filter((mark) => !heard.includes(mark) && !uncertain.has(mark));
    const doubled = heard.filter((mark, at) => heard.indexOf(mark) !== at);
    const inOrder = said.filter((mark) => heard.includes(mark));
    const isOrdered = heard.every((mark, at) => mark === inOrder[at]);
    return missing.length + doubled.length > 0 || !isOrdered ? [{ chat, missing, doubled, heard, said }] : [];
  });
  expect(wrong).toEqual([]);
  let notices = 0;
  const untold: unknown[] = [];
  for (const { chat } of town.places) {
    const shown = chat.texts(town.world.bot).filter((text) => NOTICE.test(text)).length;
    const here = unknown.filter(({ lane }) => lane === String(chat.id));
    const replies = here.filter(({ origin }) => origin === "reply").length;
    const lost = here.filter(({ origin }) => origin === "unconfirmed").length;
    notices += shown;
    // A notice that may itself not have arrived is not said again.
    const isTold = replies === 0 ? shown === 0 : shown <= replies && shown + lost > 0;
    if (!isTold) untold.push({ chat: chat.id, replies, shown, lost });
  }
  expect(untold).toEqual([]);
  expect(rows.filter(({ state }) => !["sent", "unknown"].includes(state))).toEqual([]);
  const answered = town.places.flatMap((place) => town.heard(place)).length;
  return { messages: town.said.length, answered, uncertain: uncertain.size, notices };
}
