import { expect, setDefaultTimeout, test } from "bun:test";
import { Random, testSeed } from "../durability/random.ts";
import { answerMarks, marked, marksIn } from "../telegram/support/marks.ts";
import { WhatsappWorld } from "./support/index.ts";

/** Kills in all; each falls into a burst of its own and what the lives before it left. */
const KILLS = 20;
const PEOPLE = 8;
/** So many of them are in a group: whoever hears something there checks a signature, which costs more than all else. */
const MEMBERS = 3;
const IN_GROUP_ONE_IN = 3;
const MESSAGES_A_LIFE = 8;
/** One message in so many cannot be read when it first comes. */
const SPOILED_ONE_IN = 5;
/** A life is over once the gateway has said some number of things below this, which is more than such a burst takes. */
const LONGEST_LIFE_NODES = 60;
/** A gateway that has nothing more to say by then, because it waits for a time to pass, is killed all the same. */
const LONGEST_LIFE_MS = 2_000;
/** What the lives leave behind is much for a busy machine. */
const REST_PATIENCE_MS = 120_000;

setDefaultTimeout(300_000);

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
    members: [world.phone, ...people.slice(0, MEMBERS)],
    addressing: "lid",
  });
  const said: string[] = [];
  const { journal } = world.whatsapp;
  const nodesSaid = () => journal.entries.filter(({ direction }) => direction === "in").length;
  const heard = () =>
    people.flatMap((person) => person.texts(world.phone).flatMap((text) => marksIn(text ?? "")));
  // Everybody in the group hears what is said there.
  const unanswered = () => {
    const all = new Set(heard());
    return said.filter((words) => !all.has(words));
  };
  for (let life = 0; life < KILLS; life += 1) {
    journal.clear();
    for (let count = 0; count < MESSAGES_A_LIFE; count += 1) {
      const isInGroup = random.below(IN_GROUP_ONE_IN) === 0;
      const number = random.below(isInGroup ? MEMBERS : PEOPLE);
      const words = marked(number, said.length);
      said.push(words);
      const spoiled = random.below(SPOILED_ONE_IN) === 0 ? 1 : 0;
      await people[number]?.says(words, { in: isInGroup ? group : world.phone, spoiled });
    }
    const nodes = random.below(LONGEST_LIFE_NODES);
    const isOver = () => nodesSaid() >= nodes || unanswered().length === 0;
    await Promise.race([journal.when("its end", isOver, Infinity), Bun.sleep(LONGEST_LIFE_MS)]);
    await world.down("SIGKILL");
    await world.up();
  }
  await journal
    .when("everything to be answered", () => unanswered().length === 0, REST_PATIENCE_MS)
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
