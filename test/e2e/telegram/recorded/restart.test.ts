import { expect, setDefaultTimeout, test } from "bun:test";
import { faults } from "../../../fakes/telegram/index.ts";
import { PATIENCE_MS, TelegramWorld } from "../support/index.ts";
import { recording } from "./cases.ts";
import { differences } from "./compare.ts";
import { answerAsRecorded } from "./model.ts";

setDefaultTimeout(PATIENCE_MS);

const TOPIC = 7;

test("after a restart that interrupted a send, the chat is told once, in its topic, before the next answer", async () => {
  const { cases } = await recording();
  const recorded = cases.find(({ update }) => update === null);
  await using world = await TelegramWorld.start({
    telegram: { groupPolicy: "open", groups: { "-100555": { requireMention: false } } },
  });
  answerAsRecorded(world.model);
  const { telegram, bot, al } = world;
  bot.privacy = false;
  const forum = telegram.forum({ id: -100555, members: [al, bot], topics: { [TOPIC]: "Plans" } });
  telegram.faults.add("sendMessage", faults.hangAfter(), { times: 1 });
  al.says("say the first", { in: forum, topic: TOPIC });
  await telegram.journal.when("the send", () => forum.texts(bot).includes("the first"));
  await world.down("SIGKILL");
  telegram.journal.clear();
  await world.up();
  al.says("say the second", { in: forum, topic: TOPIC });
  await telegram.journal.when("the answer", () => forum.texts(bot).includes("the second"));
  await world.settled();
  const [notice, ...others] = telegram.journal.of("sendMessage");
  expect(differences(recorded?.calls ?? [], notice ? [notice] : [], new Map())).toEqual([]);
  expect(others.map(({ text }) => text)).toEqual(["the second"]);
  expect(forum.texts(bot).filter((text) => text === "the first")).toHaveLength(1);
});
