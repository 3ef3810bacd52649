import { afterEach, beforeEach, expect, test } from "bun:test";
import { type Bot, type Caller, caller, FakeTelegram, type Person } from "./index.ts";

let telegram: FakeTelegram;
let bot: Bot;
let al: Person;
let call: Caller;

beforeEach(async () => {
  telegram = await FakeTelegram.start();
  bot = telegram.bot();
  al = telegram.user({ id: 777, firstName: "Al", username: "al" });
  call = caller(telegram, bot);
});
afterEach(() => telegram.stop());

const told = () => bot.queue.pending.map(({ update_id: _, ...content }) => content);
const texts = () => bot.queue.pending.map((update) => (update.message as { text?: string }).text);

test("in a group privacy mode lets through what is meant for the bot", () => {
  const group = telegram.supergroup({ members: [al, bot] });
  const inGroup = { in: group };
  al.says("hello all", inGroup);
  al.says("@mock_bot hello", inGroup);
  al.says("/status", inGroup);
  al.says("/status@other_bot", inGroup);
  al.says("/status@mock_bot", inGroup);
  expect(texts()).toEqual(["@mock_bot hello", "/status", "/status@mock_bot"]);
  bot.privacy = false;
  al.says("hello again", inGroup);
  expect(texts()).toHaveLength(4);
});

test("a reply to the bot reaches it, and so does everything once it is an administrator", async () => {
  const group = telegram.supergroup({ members: [al, bot] });
  const sent = await call.message("sendMessage", { chat_id: group.id, text: "hi" });
  al.says("an answer", { in: group, replyTo: sent });
  expect(told()).toMatchObject([{ message: { text: "an answer", reply_to_message: { text: "hi" } } }]);
  telegram.setStatus(group, bot, "administrator");
  al.says("to all", { in: group });
  expect(told().at(-1)).toMatchObject({ message: { text: "to all" } });
});

test("two bots in one group hear the same, and have private chats of their own", () => {
  const other = telegram.bot({ privacy: false });
  bot.privacy = false;
  const group = telegram.supergroup({ members: [al, bot, other] });
  al.says("both", { in: group });
  al.says("you alone", { in: al.chat(other) });
  expect(bot.queue.pending).toHaveLength(1);
  expect(other.queue.pending).toHaveLength(2);
  expect(al.chat(bot).shows()).toEqual([]);
});

test("posts in a channel are told as such", () => {
  const channel = telegram.channel({ title: "News", members: [[bot, "administrator"]] });
  const post = al.says("extra", { in: channel });
  al.edits(post, "corrected");
  expect(told()).toMatchObject([
    { channel_post: { text: "extra", sender_chat: { title: "News" } } },
    { edited_channel_post: { text: "corrected" } },
  ]);
});

test("edits, albums, places, contacts and forwards look as Telegram shows them", () => {
  const said = al.says("one");
  al.edits(said, "two");
  al.sendsAlbum(
    [
      { kind: "photo", bytes: new Uint8Array(3) },
      { kind: "video", bytes: new Uint8Array(4) },
    ],
    { caption: "trip" },
  );
  al.sharesLocation(48.8, 2.3, {}, { horizontal_accuracy: 12 });
  al.sharesContact("+491", "Bo");
  al.says("seen elsewhere", { forwardedFrom: telegram.user({ firstName: "Cy" }).user });
  const ids = told().map(
    ({ message }) => (message as { media_group_id?: string } | undefined)?.media_group_id,
  );
  expect(told()).toMatchObject([
    { message: { text: "one" } },
    { edited_message: { text: "two", message_id: said.message_id, edit_date: expect.any(Number) } },
    { message: { caption: "trip", photo: [{ width: 90 }, { file_size: 3 }] } },
    { message: { video: { file_size: 4 }, media_group_id: expect.any(String) } },
    { message: { location: { latitude: 48.8, horizontal_accuracy: 12 } } },
    { message: { contact: { phone_number: "+491" } } },
    { message: { forward_origin: { type: "user", sender_user: { first_name: "Cy" } } } },
  ]);
  expect(ids[2]).toBe(ids[3]);
});

test("a press reaches the bot and is answered once", async () => {
  const sent = await call.message("sendMessage", {
    chat_id: al.chat().id,
    text: "?",
    reply_markup: { inline_keyboard: [[{ text: "Yes", callback_data: "y" }]] },
  });
  const press = al.presses(sent, "Yes");
  expect(told()).toMatchObject([
    { callback_query: { data: "y", from: { id: 777 }, message: { text: "?" } } },
  ]);
  await call.ok("answerCallbackQuery", { callback_query_id: press.id, text: "noted" });
  expect(press).toMatchObject({ answered: true, text: "noted" });
  expect(await call.refused("answerCallbackQuery", { callback_query_id: press.id })).toBe(
    "Bad Request: query is too old and response timeout expired or query ID is invalid",
  );
});

test("reactions: a bot has one on a message, people tell theirs with what was before", async () => {
  bot.queue.allow(["message", "message_reaction"]);
  const said = al.says("x");
  const on = { chat_id: 777, message_id: said.message_id };
  const react = (...emoji: string[]) => ({
    ...on,
    reaction: emoji.map((one) => ({ type: "emoji", emoji: one })),
  });
  await call.ok("setMessageReaction", react("👀"));
  expect(al.chat().reactionsOn(said.message_id, bot)).toEqual(["👀"]);
  expect(await call.refused("setMessageReaction", react("👀", "👍"))).toBe("Bad Request: REACTIONS_TOO_MANY");
  expect(await call.refused("setMessageReaction", react("🧭"))).toBe("Bad Request: REACTION_INVALID");
  al.reacts(said, "👍");
  al.reacts(said);
  expect(told().slice(1)).toMatchObject([
    { message_reaction: { old_reaction: [], new_reaction: [{ emoji: "👍" }] } },
    { message_reaction: { old_reaction: [{ emoji: "👍" }], new_reaction: [] } },
  ]);
});

test("a blocked bot is told so", () => {
  al.blocks();
  expect(told()).toMatchObject([{ my_chat_member: { new_chat_member: { status: "kicked" } } }]);
});

test("an injected update makes what it speaks of exist", async () => {
  const chat = { id: -100555, type: "supergroup", title: "Grp Two", is_forum: true };
  const from = { id: 888, is_bot: false, first_name: "Bo" };
  const message = { message_id: 100, date: 0, chat, from, message_thread_id: 7, is_topic_message: true };
  telegram.inject(bot, { message: { ...message, text: "hi" } });
  expect(told()).toEqual([{ message: { ...message, text: "hi" } }]);
  const reply = { chat_id: chat.id, message_thread_id: 7, text: "x", reply_parameters: { message_id: 100 } };
  expect(await call.message("sendMessage", reply)).toMatchObject({ message_id: 101 });
});
