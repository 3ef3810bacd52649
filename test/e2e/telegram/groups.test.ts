import { afterAll, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { say } from "../../fakes/model-provider/index.ts";
import { caller, type Chat } from "../../fakes/telegram/index.ts";
import { until } from "../../support/index.ts";
import { PATIENCE_MS, TelegramWorld } from "./support/index.ts";

setDefaultTimeout(PATIENCE_MS);

let world: TelegramWorld;
let group: Chat;
let forum: Chat;
let channel: Chat;

beforeAll(async () => {
  world = await TelegramWorld.start({
    before: (telegram, bot) => {
      bot.privacy = false;
      const al = telegram.user({ id: 777, firstName: "Al", username: "al" });
      group = telegram.supergroup({ title: "Friends", members: [al, [bot, "administrator"]] });
      forum = telegram.forum({
        title: "Forum",
        members: [al, [bot, "administrator"]],
        topics: { 7: "Plans", 8: "Other" },
      });
      channel = telegram.channel({ title: "News", members: [al, [bot, "administrator"]] });
      return {
        groupPolicy: "open",
        groups: {
          [group.id]: { requireMention: true },
          [forum.id]: { requireMention: false, topics: { 8: { enabled: false } } },
          [channel.id]: { requireMention: false },
        },
        reactionNotifications: "own",
      };
    },
  });
  world.al.chat();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => {
  world.telegram.journal.clear();
  world.model.reset();
});

const answered = (chat: Chat, text: string) =>
  world.telegram.journal.when(`${text} in the chat`, () =>
    chat.shows(world.bot).find((message) => message.text === text),
  );

test("a group is answered when the bot is named or replied to, with what was said before as context", async () => {
  world.model.on((request) => (request.userText.includes("weather") ? say(["sunny"]) : undefined));
  world.al.says("it was raining all week", { in: group });
  world.al.says("@mock_bot how is the weather", { in: group });
  const sunny = await answered(group, "sunny");
  const [request] = world.model.about("weather");
  expect(request?.userText).toContain("raining all week");
  world.model.on((one) => (one.userText.includes("really") ? say(["really"]) : undefined));
  world.al.says("really?", { in: group, replyTo: sunny });
  await answered(group, "really");
});

test("a topic is answered in the topic, the general one without a thread, one that is off not at all", async () => {
  world.model.on((request) => say([request.userText.includes("general") ? "to general" : "to plans"]));
  world.al.says("in plans", { in: forum, topic: 7 });
  expect(await answered(forum, "to plans")).toMatchObject({ message_thread_id: 7 });
  world.al.says("in general", { in: forum });
  expect(await answered(forum, "to general")).not.toHaveProperty("message_thread_id");
  world.al.says("in other", { in: forum, topic: 8 });
  await world.settled();
  expect(forum.shows(world.bot).filter((message) => message.message_thread_id === 8)).toEqual([]);
});

test("topics are sessions of their own", async () => {
  world.al.says("ECHO seven", { in: forum, topic: 7 });
  await world.settled();
  const { sessions } = (await world.call("sessions.list", { limit: 100 })) as { sessions: { key: string }[] };
  expect(sessions.map(({ key }) => key)).toContain(`agent:main:telegram:group:${forum.id}:topic:7`);
});

test("a button press reaches the agent, is acknowledged, and the answer comes to the chat", async () => {
  world.model.on((request) =>
    request.userText.includes("callback_data: pick-2") ? say(["you picked 2"]) : undefined,
  );
  const question = await caller(world.telegram, world.bot).message("sendMessage", {
    chat_id: 777,
    text: "pick one",
    reply_markup: { inline_keyboard: [[{ text: "Two", callback_data: "pick-2" }]] },
  });
  const press = world.al.presses(question, "Two");
  await world.shown("you picked 2");
  expect(press.answered).toBe(true);
});

test("a reaction is told to the agent with its next turn, and begins none", async () => {
  const message = await world.echo("react to me");
  await world.settled();
  const asked = world.model.requests.length;
  world.al.reacts(message, "👍");
  await world.settled();
  expect(world.model.requests).toHaveLength(asked);
  await world.echo("go on");
  expect(JSON.stringify(world.model.requests.at(-1)?.body)).toContain("👍");
});

test("a command of the menu is carried out without a model", async () => {
  world.al.says("/whoami");
  await world.telegram.journal.when("the answer", () => world.dm.texts(world.bot).at(-1)?.includes("777"));
  expect(world.model.requests).toEqual([]);
  // The menu is set once updates come in.
  const menu = await world.telegram.journal.when("the menu", () => world.bot.commands.get("default"));
  expect(menu.map(({ command }) => command)).toContain("whoami");
});

test("a post in a channel the bot runs is answered there", async () => {
  world.al.says("ECHO from the channel", { in: channel });
  // Posts have no author: what the bot says stands in the name of the channel too.
  await world.telegram.journal.when("the answer", () => channel.texts().includes("from the channel"));
});

test("a command that names the bot is carried out in a group; one that names another bot is not", async () => {
  world.al.says("/whoami@other_bot", { in: group });
  world.al.says("/whoami@mock_bot", { in: group });
  const shown = () => group.texts(world.bot).filter((text) => text.includes("User id: 777"));
  await world.telegram.journal.when("the answer", () => shown().length > 0);
  await world.settled();
  expect(shown()).toHaveLength(1);
  expect(world.model.requests).toEqual([]);
});

test("an edit of what was answered is told to the agent with its next turn, and begins none", async () => {
  const said = world.al.says("ECHO as it was");
  await world.shown("as it was");
  world.al.edits(said, "ECHO as it is now");
  await world.settled();
  expect(world.model.requests).toHaveLength(1);
  await world.echo("next");
  expect(JSON.stringify(world.model.requests.at(-1)?.body)).toContain("as it is now");
});

test("a group that becomes a supergroup is answered under its new id, by the same rules", async () => {
  const small = world.telegram.group({ title: "Small", members: [world.al, world.bot] });
  await world.configure({
    groupPolicy: "open",
    groups: { [small.id]: { requireMention: false } },
  });
  const isAnswered = async (chat: Chat, words: string) => {
    world.al.says(`ECHO ${words}`, { in: chat });
    await world.settled();
    return chat.texts(world.bot).includes(words);
  };
  await until("the new rule to hold", () => isAnswered(small, "before the move"));
  const moved = world.telegram.migrate(small);
  await until("the rule to have moved", () => isAnswered(moved, "after the move"));
});
