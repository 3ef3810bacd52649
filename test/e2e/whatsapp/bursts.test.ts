import { expect, setDefaultTimeout, test } from "bun:test";
import { Random, testSeed } from "../durability/random.ts";
import { answerMarks, marked, marksIn } from "../telegram/support/marks.ts";
import { WhatsappWorld } from "./support/index.ts";

/** Kills in all; each falls into a burst of its own and what the lives before it left. */
const KILLS = 20;
const PEOPLE = 8;
const MESSAGES_A_LIFE = 8;
/** One message in so many cannot be read when it first comes. */
const SPOILED_ONE_IN = 5;
/** A life is over at some time of this, which is longer than such a burst takes. */
const LONGEST_LIFE_MS = 400;

setDefaultTimeout(180_000);

test(`after ${KILLS} SIGKILLs in bursts every message is answered once, in direct chats and in a group`, async () => {
  const seed = testSeed();
  console.log(`seed ${seed}`);
  const random = new Random(seed);
  await using world = await WhatsappWorld.start({
    whatsapp: {
      dmPolicy: "open",
      allowFrom: ["*"],
      groupPolicy: "open",
      groups: { "*": { requireMention: false } },
    },
    config: { session: { dmScope: "per-channel-peer" } },
  });
  answerMarks(world.model);
  const people = Array.from({ length: PEOPLE }, (_, i) =>
    world.whatsapp.person(`+1555111000${i}`, i % 2 === 0 ? {} : { addressing: "lid", lid: `99887766${i}` }),
  );
  const group = world.whatsapp.group({
    subject: "All",
    members: [world.phone, ...people],
    addressing: "lid",
  });
  const said: string[] = [];
  for (let life = 0; life < KILLS; life += 1) {
    for (let count = 0; count < MESSAGES_A_LIFE; count += 1) {
      const number = random.below(PEOPLE);
      const words = marked(number, said.length);
      said.push(words);
      const spoiled = random.below(SPOILED_ONE_IN) === 0 ? 1 : 0;
      await people[number]?.says(words, { in: random.below(3) === 0 ? group : world.phone, spoiled });
    }
    await Bun.sleep(random.below(LONGEST_LIFE_MS));
    await world.down("SIGKILL");
    await world.up();
  }
  const heard = () => [
    ...people.flatMap((person) => person.texts(world.phone).flatMap((text) => marksIn(text ?? ""))),
  ];
  // Everybody in the group hears what is said there.
  const unanswered = () => {
    const all = new Set(heard());
    return said.filter((words) => !all.has(words));
  };
  await world.whatsapp.journal
    .when("everything to be answered", () => unanswered().length === 0, 60_000)
    .catch(() => undefined);
  const doubled = people.flatMap((person) => {
    const mine = person.texts(world.phone).flatMap((text) => marksIn(text ?? ""));
    return mine.filter((words, index) => mine.indexOf(words) !== index);
  });
  const { items } = await world.call("message.queue.list", { states: ["unknown", "dead"], limit: 1000 });
  console.log(
    `${KILLS} kills, ${said.length} messages, ${doubled.length} doubled, ${unanswered().length} unanswered`,
  );
  expect({ unanswered: unanswered(), doubled, uncertain: items }).toEqual({
    unanswered: [],
    doubled: [],
    uncertain: [],
  });
});
