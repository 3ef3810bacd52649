import { expect, test } from "bun:test";
import { Api, Bot as GrammyBot, GrammyError, HttpError, InputFile } from "grammy";
import { within } from "../../support/wait.ts";
import { faults, FakeTelegram } from "./index.ts";

// grammY knows Telegram and nothing of this fake.

test("grammY's bot polls, answers, and stops with everything confirmed", async () => {
  await using telegram = await FakeTelegram.start();
  const { token, queue } = telegram.bot();
  const al = telegram.user({ id: 777, firstName: "Al", username: "al" });
  const bot = new GrammyBot(token, { client: { apiRoot: telegram.apiRoot } });
  bot.on("message:text", (context) =>
    context.reply(`<b>echo</b> ${context.message.text}`, { parse_mode: "HTML" }),
  );
  const running = bot.start({ drop_pending_updates: false });
  for (const text of ["one", "two", "three"]) al.says(text);
  const { body } = await telegram.journal.call("sendMessage", ({ text }) => text?.endsWith("three") ?? false);
  expect(body).toEqual({ chat_id: 777, text: "<b>echo</b> three", parse_mode: "HTML" });
  await telegram.journal.when("three answers", () => al.chat().shows().length === 6);
  expect(al.chat().texts()).toEqual(["one", "two", "three", "echo one", "echo two", "echo three"]);
  expect(al.chat().shows().at(-1)?.entities).toEqual([{ type: "bold", offset: 0, length: 4 }]);
  await bot.stop();
  await within("the bot to stop", running);
  expect(queue.pending).toEqual([]);
});

test("grammY's Api reads every answer: texts, files, albums, polls, topics, commands", async () => {
  await using telegram = await FakeTelegram.start();
  const bot = telegram.bot();
  const al = telegram.user();
  const forum = telegram.forum({ members: [al, [bot, "administrator"]] });
  al.chat();
  const api = new Api(bot.token, { apiRoot: telegram.apiRoot });
  expect(await api.getMe()).toMatchObject({ is_bot: true, username: "mock_bot" });
  const sent = await api.sendMessage(al.id, "hello", {
    reply_markup: { inline_keyboard: [[{ text: "Yes", callback_data: "yes" }]] },
  });
  await api.editMessageText(al.id, sent.message_id, "hello again");
  await api.setMessageReaction(al.id, sent.message_id, [{ type: "emoji", emoji: "👍" }]);
  await api.pinChatMessage(al.id, sent.message_id);
  const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ", "base64");
  const photo = await api.sendPhoto(al.id, new InputFile(png, "dot.png"), { caption: "a dot" });
  const { file_path: path } = await api.getFile(photo.photo.at(-1)?.file_id ?? "");
  const download = await fetch(`${telegram.apiRoot}/file/bot${bot.token}/${path}`);
  expect(Buffer.from(await download.arrayBuffer())).toEqual(png);
  const album = await api.sendMediaGroup(al.id, [
    { type: "photo", media: new InputFile(png, "a.png"), caption: "two" },
    { type: "photo", media: new InputFile(png, "b.png") },
  ]);
  expect(album).toEqual([
    expect.objectContaining({ media_group_id: expect.any(String), caption: "two" }),
    expect.objectContaining({ media_group_id: expect.any(String) }),
  ]);
  const poll = await api.sendPoll(al.id, "Which?", [{ text: "this" }, { text: "that" }]);
  expect(await api.stopPoll(al.id, poll.message_id)).toMatchObject({ is_closed: true });
  const topic = await api.createForumTopic(forum.id, "Plans");
  const inTopic = await api.sendMessage(forum.id, "here", { message_thread_id: topic.message_thread_id });
  expect(inTopic.is_topic_message).toBe(true);
  await api.setMyCommands([{ command: "help", description: "Help" }]);
  expect(await api.getMyCommands()).toEqual([{ command: "help", description: "Help" }]);
  expect(al.chat().texts(bot)).toEqual(["hello again", "a dot", "two", "", ""]);
  expect(al.chat().reactionsOn(sent.message_id, bot)).toEqual(["👍"]);
  expect(al.chat().pinned).toEqual([sent.message_id]);
});

test("grammY reports refusals and breaks of the network as it does with Telegram", async () => {
  await using telegram = await FakeTelegram.start();
  const bot = telegram.bot();
  const al = telegram.user();
  al.chat();
  const api = new Api(bot.token, { apiRoot: telegram.apiRoot });
  telegram.faults.add("sendMessage", faults.tooMany(3), { times: 1 });
  const limited = await api.sendMessage(al.id, "x").catch((error: unknown) => error);
  expect(limited).toBeInstanceOf(GrammyError);
  expect(limited).toMatchObject({ error_code: 429, parameters: { retry_after: 3 } });
  telegram.faults.add("sendMessage", faults.resetAfter(), { times: 1 });
  expect(await api.sendMessage(al.id, "arrived").catch((error: unknown) => error)).toBeInstanceOf(HttpError);
  expect(al.chat().texts()).toEqual(["arrived"]);
  await telegram.goOffline();
  expect(await api.getMe().catch((error: unknown) => error)).toBeInstanceOf(HttpError);
  await telegram.recover();
  expect(await api.getMe()).toMatchObject({ username: "mock_bot" });
});
