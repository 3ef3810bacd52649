import { afterEach, beforeEach, expect, test } from "bun:test";
import { type Bot, type Caller, caller, FakeTelegram, type Person, type TgMessage } from "./index.ts";

let telegram: FakeTelegram;
let bot: Bot;
let al: Person;
let call: Caller;

beforeEach(async () => {
  telegram = await FakeTelegram.start();
  bot = telegram.bot();
  al = telegram.user({ id: 777, firstName: "Al", username: "al" });
  al.chat();
  call = caller(telegram, bot);
});
afterEach(() => telegram.stop());

const says = (text: string, more = {}) => call.refused("sendMessage", { chat_id: 777, text, ...more });

test("what Telegram refuses to send, in its words", async () => {
  expect(await call.refused("sendMessage", { text: "x" })).toBe("Bad Request: chat_id is empty");
  expect(await call.refused("sendMessage", { chat_id: 5, text: "x" })).toBe("Bad Request: chat not found");
  expect(await says("")).toBe("Bad Request: message text is empty");
  expect(await says(" \n ")).toBe("Bad Request: message text is empty");
  expect(await says("x".repeat(4097))).toBe("Bad Request: message is too long");
  expect(await says("<b>x", { parse_mode: "HTML" })).toStartWith("Bad Request: can't parse entities: ");
  expect(await says("x", { reply_parameters: { message_id: 99 } })).toBe(
    "Bad Request: message to be replied not found",
  );
  const button = (data: object) => ({ reply_markup: { inline_keyboard: [[{ text: "b", ...data }]] } });
  expect(await says("x", button({ callback_data: "d".repeat(65) }))).toBe("Bad Request: BUTTON_DATA_INVALID");
  expect(await says("x", button({}))).toContain("Text buttons are unallowed in the inline keyboard");
  expect(al.chat().shows()).toEqual([]);
});

test("the length that counts is that of the text, not of its markup", async () => {
  const bold = `<b>${"x".repeat(4096)}</b>`;
  expect(await call.message("sendMessage", { chat_id: "777", text: bold, parse_mode: "HTML" })).toMatchObject(
    {
      entities: [{ type: "bold", offset: 0, length: 4096 }],
    },
  );
});

test("a reply shows what it answers, with the part that was quoted", async () => {
  const question = al.says("is it cold outside?");
  const reply = await call.message("sendMessage", {
    chat_id: 777,
    text: "yes",
    reply_parameters: { message_id: question.message_id, quote: "cold" },
  });
  expect(reply.reply_to_message?.text).toBe("is it cold outside?");
  expect(reply.quote).toEqual({ text: "cold", position: 6, is_manual: true });
  const other = { message_id: question.message_id, quote: "warm" };
  expect(await says("x", { reply_parameters: other })).toBe("Bad Request: QUOTE_TEXT_INVALID");
  const missing = { message_id: 99, allow_sending_without_reply: true };
  expect(
    await call.message("sendMessage", { chat_id: 777, text: "x", reply_parameters: missing }),
  ).toMatchObject({ text: "x" });
});

test("an edit shows in the chat; one that changes nothing, or another's message, is refused", async () => {
  const { message_id } = await call.message("sendMessage", { chat_id: 777, text: "one" });
  const edit = { chat_id: 777, message_id };
  expect(await call.message("editMessageText", { ...edit, text: "two" })).toMatchObject({ text: "two" });
  expect(al.chat().texts()).toEqual(["two"]);
  expect(await call.refused("editMessageText", { ...edit, text: "two" })).toStartWith(
    "Bad Request: message is not modified: ",
  );
  expect(await call.refused("editMessageText", { ...edit, message_id: 99, text: "x" })).toBe(
    "Bad Request: message to edit not found",
  );
  const theirs = { ...edit, message_id: al.says("mine").message_id, text: "x" };
  expect(await call.refused("editMessageText", theirs)).toBe("Bad Request: message can't be edited");
  const keyboard = { inline_keyboard: [[{ text: "b", callback_data: "d" }]] };
  await call.ok("editMessageReplyMarkup", { ...edit, reply_markup: keyboard });
  expect(al.chat().shows(bot)[0]?.reply_markup).toEqual(keyboard);
  expect(await call.message("editMessageText", { ...edit, text: "three" })).not.toHaveProperty(
    "reply_markup",
  );
});

test("deleted messages are gone, and cannot be deleted or edited again", async () => {
  const { message_id } = await call.message("sendMessage", { chat_id: 777, text: "one" });
  expect(await call.ok("deleteMessage", { chat_id: 777, message_id })).toBe(true);
  expect(al.chat().shows()).toEqual([]);
  expect(await call.refused("deleteMessage", { chat_id: 777, message_id })).toBe(
    "Bad Request: message to delete not found",
  );
  const two = await call.message("sendMessage", { chat_id: 777, text: "two" });
  await call.ok("deleteMessages", { chat_id: 777, message_ids: [message_id, two.message_id] });
  expect(al.chat().shows()).toEqual([]);
});

test("who may not be written to is told in Telegram's words", async () => {
  const say = (chatId: number) => call.refused("sendMessage", { chat_id: chatId, text: "x" });
  al.blocks();
  expect(await say(777)).toBe("Forbidden: bot was blocked by the user");
  const group = telegram.group({ members: [al, bot] });
  const bo = telegram.user();
  bo.says("hi", { in: group });
  expect(await say(bo.id)).toBe("Forbidden: bot can't initiate conversation with a user");
  telegram.setStatus(group, bot, "kicked");
  expect(await say(group.id)).toBe("Forbidden: bot was kicked from the group chat");
  const channel = telegram.channel({ members: [bot], username: "news" });
  expect(await say(channel.id)).toBe("Bad Request: need administrator rights in the channel chat");
  telegram.setStatus(channel, bot, "administrator");
  expect(await call.message("sendMessage", { chat_id: "@news", text: "x" })).toMatchObject({
    sender_chat: { id: channel.id },
  });
});

test("a group that became a supergroup names its new id", async () => {
  const group = telegram.group({ members: [al, bot] });
  const moved = telegram.migrate(group);
  expect(await call("sendMessage", { chat_id: group.id, text: "x" })).toEqual({
    ok: false,
    error_code: 400,
    description: "Bad Request: group chat was upgraded to a supergroup chat",
    parameters: { migrate_to_chat_id: moved.id },
  });
  expect(bot.queue.pending.map(({ message }) => message)).toMatchObject([
    { chat: { id: group.id }, migrate_to_chat_id: moved.id },
    { chat: { id: moved.id }, migrate_from_chat_id: group.id },
  ]);
});

test("a topic must exist and be open; the general one is written to without a thread", async () => {
  const forum = telegram.forum({ members: [al, [bot, "administrator"]], topics: { 7: "Plans" } });
  const say = { chat_id: forum.id, text: "x" };
  expect(await call.refused("sendMessage", { ...say, message_thread_id: 1 })).toBe(
    "Bad Request: message thread not found",
  );
  expect(await call.refused("sendMessage", { ...say, message_thread_id: 9 })).toBe(
    "Bad Request: message thread not found",
  );
  expect(await call.message("sendMessage", { ...say, message_thread_id: 7 })).toMatchObject({
    message_thread_id: 7,
    is_topic_message: true,
  });
  expect(await call.ok("sendChatAction", { ...say, action: "typing", message_thread_id: 1 })).toBe(true);
  await call.ok("closeForumTopic", { chat_id: forum.id, message_thread_id: 7 });
  expect(await call.refused("sendMessage", { ...say, message_thread_id: 7 })).toBe(
    "Bad Request: TOPIC_CLOSED",
  );
});

test("uploads are kept and can be fetched again; what is no picture is no photo", async () => {
  const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ", "base64");
  const upload = async (kind: string, bytes: Uint8Array<ArrayBuffer>, name: string) => {
    const form = new FormData();
    form.set("chat_id", "777");
    form.set(kind, new Blob([bytes]), name);
    const url = `${telegram.apiRoot}/bot${bot.token}/send${kind}`;
    return (await (await fetch(url, { method: "POST", body: form })).json()) as {
      readonly result: TgMessage;
    };
  };
  const sent = await upload("document", Uint8Array.from(png), "a.bin");
  const { file_id } = sent.result.document as { file_id: string };
  const { file_path } = (await call.ok("getFile", { file_id })) as { file_path: string };
  const response = await fetch(`${telegram.apiRoot}/file/bot${bot.token}/${file_path}`);
  expect(Buffer.from(await response.arrayBuffer())).toEqual(png);
  expect(await call.message("sendDocument", { chat_id: 777, document: file_id })).toHaveProperty("document");
  expect(await upload("photo", new TextEncoder().encode("no picture"), "a.png")).toMatchObject({
    description: "Bad Request: IMAGE_PROCESS_FAILED",
  });
  const long = Uint8Array.from(png);
  new DataView(long.buffer).setUint32(16, 5000);
  expect(await upload("photo", long, "a.png")).toMatchObject({
    description: "Bad Request: PHOTO_INVALID_DIMENSIONS",
  });
  expect(await upload("document", new Uint8Array(52 * 1024 * 1024), "big.bin")).toMatchObject({
    error_code: 413,
    description: "Request Entity Too Large",
  });
  expect(await call.refused("getFile", { file_id: "nothing" })).toBe(
    "Bad Request: wrong file_id or the file is temporarily unavailable",
  );
  const big = telegram.world.files.put(new Uint8Array(1), { size: 21 * 1024 * 1024 });
  expect(await call.refused("getFile", { file_id: big.id })).toBe("Bad Request: file is too big");
});

test("forms and queries are read as JSON bodies are", async () => {
  const url = `${telegram.apiRoot}/bot${bot.token}/sendMessage`;
  const keyboard = JSON.stringify({ inline_keyboard: [[{ text: "b", callback_data: "d" }]] });
  await fetch(`${url}?chat_id=777&text=by%20query`);
  await fetch(url, {
    method: "POST",
    body: new URLSearchParams({ chat_id: "777", text: "by form", reply_markup: keyboard }),
  });
  expect(al.chat().texts()).toEqual(["by query", "by form"]);
  expect(al.chat().shows()[1]?.reply_markup?.inline_keyboard[0]?.[0]?.callback_data).toBe("d");
});

test("the command menu and what it refuses", async () => {
  const commands = [{ command: "help", description: "Help" }];
  const scope = { type: "all_group_chats" };
  await call.ok("setMyCommands", { commands, scope });
  expect(await call.ok("getMyCommands")).toEqual([]);
  expect(await call.ok("getMyCommands", { scope })).toEqual(commands);
  await call.ok("deleteMyCommands", { scope });
  expect(await call.ok("getMyCommands", { scope })).toEqual([]);
  const bad = (command: string) =>
    call.refused("setMyCommands", { commands: [{ command, description: "x" }] });
  expect(await bad("Not-Allowed")).toBe("Bad Request: BOT_COMMAND_INVALID");
  const many = Array.from({ length: 101 }, (_, index) => ({ command: `c${index}`, description: "x" }));
  expect(await call.refused("setMyCommands", { commands: many })).toBe("Bad Request: BOT_COMMANDS_TOO_MUCH");
});
