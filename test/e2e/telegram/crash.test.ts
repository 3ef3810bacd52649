import { expect, setDefaultTimeout, test } from "bun:test";
import { Random, testSeed } from "../durability/random.ts";
import { answerMarks, heardIn, marked, marksIn, TelegramWorld } from "./support/index.ts";

/** Kills in all; each falls into a burst of its own and what the lives before it left. */
const KILLS = 100;
const CHATS = 40;
const MESSAGES_A_LIFE = 20;
/** A life is over at some time of this, which is longer than such a burst takes. */
const LONGEST_LIFE_MS = 300;
/** Lives after which everything is waited for: what waits in a chat has a limit, and beyond it is told in short. */
const LIVES_BETWEEN_RESTS = 10;

setDefaultTimeout(300_000);

test(`after ${KILLS} SIGKILLs in bursts every message is answered once and in order, but for sends reported as uncertain`, async () => {
  const seed = testSeed();
  console.log(`seed ${seed}`);
  const random = new Random(seed);
  await using world = await TelegramWorld.start({
    telegram: { dmPolicy: "open", allowFrom: ["*"] },
    config: { session: { dmScope: "per-channel-peer" } },
  });
  answerMarks(world.model);
  const people = Array.from({ length: CHATS }, () => world.telegram.user());
  const said: string[] = [];
  for (let life = 0; life < KILLS; life += 1) {
    for (let count = 0; count < MESSAGES_A_LIFE; count += 1) {
      const person = people[random.below(CHATS)];
      if (!person) continue;
      const words = marked(person.id, said.length);
      said.push(words);
      person.says(words);
    }
    await Bun.sleep(random.below(LONGEST_LIFE_MS));
    await world.down("SIGKILL");
    await world.up();
    if ((life + 1) % LIVES_BETWEEN_RESTS === 0) await world.settled(60_000);
  }
  const heard = people.flatMap((person) => heardIn(person.chat(), world.bot));
  const uncertain = new Set(await uncertainMarks(world));
  const doubled = said.filter((words) => heard.filter((one) => one === words).length > 1);
  const unanswered = said.filter((words) => !heard.includes(words) && !uncertain.has(words));
  const disordered = people
    .map((person) => heardIn(person.chat(), world.bot).map((words) => Number(words.split("-").at(-1))))
    .filter((numbers) => numbers.some((number, index) => number < (numbers[index - 1] ?? 0)));
  console.log(
    `${KILLS} kills, ${said.length} messages: ${heard.length} answers, ${uncertain.size} uncertain, ` +
      `${doubled.length} doubled, ${unanswered.length} unanswered, ${disordered.length} chats out of order`,
  );
  expect({ doubled, unanswered, disordered }).toEqual({ doubled: [], unanswered: [], disordered: [] });
});

/** What the queue says may or may not have arrived. */
async function uncertainMarks(world: TelegramWorld): Promise<string[]> {
  const { items } = await world.call("message.queue.list", { states: ["unknown"], limit: 1000 });
  return (items as { summary: string }[]).flatMap(({ summary }) => marksIn(summary));
}
