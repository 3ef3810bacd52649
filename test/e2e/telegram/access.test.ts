import { afterAll, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import type { Chat, Person } from "../../fakes/telegram/index.ts";
import { PATIENCE_MS, TelegramWorld } from "./support/index.ts";

setDefaultTimeout(PATIENCE_MS);

let world: TelegramWorld;
let cy: Person;
let dee: Person;
let group: Chat;
let strange: Chat;

beforeAll(async () => {
  world = await TelegramWorld.start({
    before: (telegram, bot) => {
      bot.privacy = false;
      cy = telegram.user({ firstName: "Cy" });
      dee = telegram.user({ firstName: "Dee" });
      group = telegram.supergroup({ title: "Friends", members: [cy, dee, bot] });
      strange = telegram.supergroup({ title: "Strange", members: [cy, bot] });
      return {
        dmPolicy: "pairing",
        groupPolicy: "allowlist",
        groupAllowFrom: [777, dee.id],
        groups: { [group.id]: { requireMention: true } },
      };
    },
  });
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => {
  world.telegram.journal.clear();
  world.model.reset();
});

/** Everything said before is over once this is answered. */
const settled = async () => {
  await world.echo(`checkpoint ${crypto.randomUUID()}`);
  await world.settled();
};
const heardByModel = (words: string) => world.model.about(words).length;

test("a stranger gets a code once, costs no model call, and is let in by the owner's command without a restart", async () => {
  cy.says("ECHO let me in", { in: cy.chat(world.bot) });
  const notice = await world.telegram.journal.when(
    "the notice",
    () => cy.chat(world.bot).texts(world.bot)[0],
  );
  expect(notice).toContain(`Your Telegram user id: ${cy.id}`);
  const code = /[A-HJ-NP-Z2-9]{8}/.exec(notice)?.[0] ?? "";
  cy.says("ECHO hello?", { in: cy.chat(world.bot) });
  await settled();
  expect(cy.chat(world.bot).texts(world.bot)).toHaveLength(1);
  expect(heardByModel("let me in") + heardByModel("hello?")).toBe(0);
  const listed = await world.openclaw("pairing", "list", "telegram", "--json");
  expect(JSON.parse(listed.stdout)).toMatchObject({
    channel: "telegram",
    requests: [{ id: String(cy.id), code }],
  });
  const approved = await world.openclaw("pairing", "approve", "telegram", code);
  expect(approved.stdout).toContain(`Approved telegram sender ${cy.id}.`);
  cy.says("ECHO inside", { in: cy.chat(world.bot) });
  await world.telegram.journal.when("the answer", () =>
    cy.chat(world.bot).texts(world.bot).includes("inside"),
  );
});

test("in a group only those on the list are heard, and only when they name the bot", async () => {
  dee.says("ECHO not to you", { in: group });
  cy.says("@mock_bot ECHO cy in group", { in: group });
  await settled();
  expect(group.texts(world.bot)).toEqual([]);
  dee.says("@mock_bot ECHO dee in group", { in: group });
  await world.telegram.journal.when("an answer in the group", () => group.texts(world.bot).length > 0);
  expect(heardByModel("cy in group")).toBe(0);
});

test("a group that is not on the list is not answered at all, not even its owner", async () => {
  cy.says("@mock_bot ECHO from nowhere", { in: strange });
  world.al.says("@mock_bot ECHO al from nowhere", { in: strange });
  await settled();
  expect(strange.texts(world.bot)).toEqual([]);
  expect(heardByModel("from nowhere")).toBe(0);
});

test("the same gate stands at every surface: edits, presses, reactions and commands of strangers", async () => {
  const eve = world.telegram.user({ firstName: "Eve", username: "al" });
  const chat = eve.chat(world.bot);
  world.telegram.inject(world.bot, {
    callback_query: {
      id: "press-of-eve",
      from: eve.user,
      chat_instance: "x",
      data: "ECHO pressed",
      message: { message_id: 9000, date: 1, chat: chat.shape, from: world.bot.user, text: "q" },
    },
  });
  world.telegram.inject(world.bot, {
    edited_message: {
      message_id: 9001,
      date: 1,
      edit_date: 2,
      chat: chat.shape,
      from: eve.user,
      text: "ECHO edited",
    },
  });
  eve.says("/status", { in: chat });
  eve.says("@mock_bot /new", { in: group });
  world.telegram.inject(world.bot, {
    channel_post: {
      message_id: 1,
      date: 1,
      chat: { id: -100888, type: "channel", title: "Evil", username: "al" },
      sender_chat: { id: -100888, type: "channel", title: "Evil" },
      text: "ECHO posted",
    },
  });
  await settled();
  for (const words of ["pressed", "edited", "posted"]) expect(heardByModel(words)).toBe(0);
  expect(chat.texts(world.bot).filter((text) => !text.includes("pairing approve"))).toEqual(["q"]);
  expect(group.texts(world.bot).join()).not.toContain("session");
});
