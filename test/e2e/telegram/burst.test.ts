import { expect, setDefaultTimeout, test } from "bun:test";
import { answerMarks, heardIn, marked, TelegramWorld } from "./support/index.ts";

const CHATS = 100;
const MESSAGES = 500;

/** Far above the budget, which the benchmark watches. */
setDefaultTimeout(60_000);

test(`${MESSAGES} messages from ${CHATS} chats at once are all answered, once, in the order of their chat`, async () => {
  await using world = await TelegramWorld.start({
    telegram: { dmPolicy: "open", allowFrom: ["*"] },
    config: { session: { dmScope: "per-channel-peer" } },
  });
  answerMarks(world.model);
  const people = Array.from({ length: CHATS }, () => world.telegram.user());
  const said = new Map(people.map((person) => [person, [] as string[]]));
  for (let number = 0; number < MESSAGES; number += 1) {
    const person = people[number % CHATS];
    if (!person) continue;
    const words = marked(person.id, number);
    said.get(person)?.push(words);
    person.says(words);
  }
  const begun = performance.now();
  const answers = () => people.reduce((sum, person) => sum + heardIn(person.chat(), world.bot).length, 0);
  await world.telegram.journal.when("all answers", () => answers() >= MESSAGES, 50_000);
  console.log(`${MESSAGES} messages answered in ${Math.round(performance.now() - begun)} ms`);
  await world.settled();
  for (const person of people) expect(heardIn(person.chat(), world.bot)).toEqual(said.get(person) ?? []);
});
