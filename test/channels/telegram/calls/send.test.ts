import { describe, expect, test } from "bun:test";
import { plain, renderMessage, renderPoll, target } from "../../../../src/channels/telegram/render/index.ts";
import { badRequest, faults, forbidden } from "../../../fakes/telegram/index.ts";
import { observedCall } from "../observed.ts";
import { account } from "../render/account.ts";
import { failure } from "./failure.ts";
import { AT_ONCE, rig } from "./rig.ts";

describe("recorded calls", () => {
  test.each([
    [
      "direct text, Markdown reply",
      "777",
      "**bold** _it_ `code` [l](https://x.y) ~~s~~ ||sp|| <b>raw</b> a & b < c",
    ],
    ["direct, one tool call", "777", "done: hi"],
    ["command /queue", "777", undefined],
    ["command /think high", "777", undefined],
  ])("%s", async (name, to, text) => {
    await using world = await rig();
    const observed = world.bodies("sendMessage");
    const recorded =
      name === "direct, one tool call"
        ? { chat_id: "777", text: "done: hi", parse_mode: "HTML" }
        : observedCall(name, "sendMessage");
    const said = text ?? String(recorded["text"]).replaceAll("&lt;", "<").replaceAll("&gt;", ">");
    await world.send(to, { text: said });
    expect(observed).toEqual([]);
    expect(world.bodies("sendMessage")).toEqual([recorded]);
  });

  test("the general topic is left out where something is sent, every other one is named", async () => {
    await using world = await rig();
    const forum = world.telegram.forum({
      id: -100555,
      members: [world.al, world.bot],
      topics: { 7: "Seven" },
    });
    await world.send(`${forum.id}:topic:1`, { text: "topic one" });
    await world.send(`${forum.id}:topic:7`, { text: "topic seven" });
    expect(world.bodies("sendMessage")).toEqual([
      observedCall("forum General topic", "sendMessage"),
      observedCall("forum topic 7", "sendMessage"),
    ]);
  });

  test("typing names the general topic too, and chats as numbers", async () => {
    await using world = await rig();
    const forum = world.telegram.forum({
      id: -100555,
      members: [world.al, world.bot],
      topics: { 7: "Seven" },
    });
    await world.calls.typing(target("777"));
    await world.calls.typing(target(`${forum.id}:topic:1`));
    await world.calls.typing(target(`${forum.id}:topic:7`));
    expect(world.bodies("sendChatAction")).toEqual([
      observedCall("command /stop", "sendChatAction"),
      observedCall("forum General topic", "sendChatAction"),
      observedCall("forum topic 7", "sendChatAction"),
    ]);
  });

  test("a press is acknowledged by its id", async () => {
    await using world = await rig();
    await world.calls.acknowledgePress("cb1");
    expect(world.bodies("answerCallbackQuery")).toEqual([
      observedCall("callback button", "answerCallbackQuery"),
    ]);
  });
});

test("a receipt tells the chat, the message and when", async () => {
  await using world = await rig();
  const [receipt] = await world.send("telegram:777", { text: "hi" });
  const shown = world.al.chat().shows(world.bot)[0];
  expect(receipt).toEqual({
    chatId: "777",
    messageId: String(shown?.message_id),
    at: (shown?.date ?? 0) * 1000,
  });
});

test("a long answer arrives whole, in order and in messages Telegram takes", async () => {
  await using world = await rig();
  const words = Array.from({ length: 1_500 }, (_, n) => `w${n}`);
  const receipts = await world.send("777", { text: words.join(" ") });
  const texts = world.al.chat().texts(world.bot);
  expect(receipts.length).toBe(texts.length);
  expect(texts.join(" ").split(/\s+/)).toEqual(words);
  for (const text of texts) expect(text.length).toBeLessThanOrEqual(4_000);
});

describe("replies", () => {
  test("answer the message, with the part that is quoted", async () => {
    await using world = await rig();
    const asked = world.al.says("one two three");
    await world.send("777", { text: "yes", replyToId: String(asked.message_id), quote: "two" });
    expect(world.bodies("sendMessage")[0]).toMatchObject({
      reply_parameters: { message_id: asked.message_id, allow_sending_without_reply: true, quote: "two" },
    });
    expect(world.al.chat().shows(world.bot)[0]?.reply_to_message?.message_id).toBe(asked.message_id);
  });

  test("are sent without the quote when that does not stand there", async () => {
    await using world = await rig();
    const asked = world.al.says("one two three");
    world.telegram.faults.add("sendMessage", faults.refuse(badRequest("QUOTE_TEXT_INVALID")), { times: 1 });
    await world.send("777", { text: "yes", replyToId: String(asked.message_id), quote: "four" });
    expect(world.bodies("sendMessage").map((body) => body["reply_parameters"])).toMatchObject([
      { quote: "four" },
      { message_id: asked.message_id },
    ]);
    expect(world.al.chat().texts(world.bot)).toEqual(["yes"]);
  });

  test("arrive when the question was taken back", async () => {
    await using world = await rig();
    const asked = world.al.says("never mind");
    world.al.deletes(asked);
    await world.send("777", { text: "yes", replyToId: String(asked.message_id) });
    expect(world.al.chat().texts(world.bot)).toEqual(["yes"]);
  });
});

test("silence, link previews and buttons are asked for as Telegram has them", async () => {
  await using world = await rig({ settings: { linkPreview: false } });
  await world.send("777", {
    text: "https://x.y",
    silent: true,
    buttons: [
      [
        { text: "Yes", data: "yes" },
        { text: "Site", url: "https://x.y" },
      ],
    ],
  });
  expect(world.bodies("sendMessage")).toEqual([
    {
      chat_id: "777",
      text: expect.stringContaining("https://x.y"),
      parse_mode: "HTML",
      link_preview_options: { is_disabled: true },
      disable_notification: true,
      reply_markup: {
        inline_keyboard: [
          [
            { text: "Yes", callback_data: "yes" },
            { text: "Site", url: "https://x.y" },
          ],
        ],
      },
    },
  ]);
});

test("buttons are refused where capabilities.inlineButtons does not allow them, before anything is called", async () => {
  await using world = await rig({ settings: { capabilities: { inlineButtons: "group" } } });
  const error = await failure(world.send("777", { text: "a", buttons: [[{ text: "b", data: "c" }]] }));
  expect(error).toMatchObject({ failure: "refused" });
  expect(error.message).toContain("in groups only");
  expect(world.telegram.journal.loud).toEqual([]);
});

describe("pins", () => {
  test("a message is pinned once it has arrived", async () => {
    await using world = await rig();
    const [receipt] = await world.send("777", { text: "keep", pin: true });
    expect(world.al.chat().pinned).toEqual([Number(receipt?.messageId)]);
  });

  test("a pin that fails does not make the message be sent again", async () => {
    await using world = await rig();
    world.telegram.faults.add("pinChatMessage", faults.refuse(badRequest("not enough rights")));
    expect(await world.send("777", { text: "keep", pin: true })).toHaveLength(1);
    expect(world.al.chat().texts(world.bot)).toEqual(["keep"]);
  });
});

test("what cannot be read as markup arrives plain", async () => {
  await using world = await rig();
  world.telegram.faults.add("sendMessage", faults.refuse(badRequest("can't parse entities: x")), {
    when: (call) => call.body["parse_mode"] !== undefined,
  });
  const [part] = renderMessage({ text: "**a** < b" }, account());
  const error = await failure(world.calls.send(part ?? {}, target("777"), AT_ONCE));
  expect(error.failure).toBe("markup");
  await world.calls.send(plain(part ?? {}) ?? {}, target("777"), AT_ONCE);
  expect(world.bodies("sendMessage").at(-1)).toEqual({ chat_id: "777", text: "a < b" });
});

describe("refusals say what they mean", () => {
  test.each([
    { refused: badRequest("chat not found"), meaning: "Telegram knows no chat 777 for this bot" },
    { refused: forbidden("bot was blocked by the user"), meaning: "has blocked this bot" },
    { refused: forbidden("bot was kicked from the supergroup chat"), meaning: "not a member of chat 777" },
    { refused: badRequest("message thread not found"), meaning: "The topic of 777 does not exist" },
    {
      refused: badRequest("not enough rights to send text messages to the chat"),
      meaning: "lacks the right",
    },
  ])("$meaning", async ({ refused, meaning }) => {
    await using world = await rig();
    world.telegram.faults.add("sendMessage", faults.refuse(refused));
    const error = await failure(world.send("777", { text: "a" }));
    expect(error.failure).toBe("refused");
    expect(error.message).toContain(meaning);
    expect(error.message).toContain(refused.description);
  });

  test("nothing names the token", async () => {
    await using world = await rig();
    await world.telegram.goOffline();
    const error = await failure(world.send("777", { text: "a" }));
    expect(Bun.inspect(error)).not.toContain(world.bot.token);
  });
});

test("a chat that moved says where to, and is not taken for refused by a person", async () => {
  await using world = await rig();
  const group = world.telegram.group({ members: [world.al, world.bot] });
  const moved = world.telegram.migrate(group);
  const error = await failure(world.send(String(group.id), { text: "a" }));
  expect(error.details.movedTo).toBe(String(moved.id));
});

test("a poll arrives as one, with who voted shown", async () => {
  await using world = await rig();
  const part = renderPoll({ question: "Ship it?", options: ["Yes", "No"], durationSeconds: 60 }, account());
  const receipt = await world.calls.send(part, target("777"), AT_ONCE);
  expect(receipt.pollId).toBeString();
  expect(world.bodies("sendPoll")).toEqual([
    {
      chat_id: "777",
      question: "Ship it?",
      options: [{ text: "Yes" }, { text: "No" }],
      is_anonymous: false,
      allows_multiple_answers: false,
      open_period: 60,
    },
  ]);
});

describe("reactions", () => {
  test("are set and taken away as recorded", async () => {
    await using world = await rig();
    const group = world.telegram.supergroup({ id: -100123, members: [world.al, world.bot] });
    const said = world.al.says("hello", { in: group });
    const { message_id: _, ...recorded } = observedCall("group, mention", "setMessageReaction");
    await world.calls.react(target(String(group.id)), String(said.message_id), "👀");
    expect(world.bodies("setMessageReaction")).toEqual([{ ...recorded, message_id: said.message_id }]);
    expect(group.reactionsOn(said.message_id, world.bot)).toEqual(["👀"]);
    await world.calls.react(target(String(group.id)), String(said.message_id), undefined);
    expect(group.reactionsOn(said.message_id, world.bot)).toEqual([]);
  });

  test("one Telegram does not take is shown as another where only the mark counts, and refused where it was chosen", async () => {
    await using world = await rig();
    const said = world.al.says("hello");
    const at = { target: target("777"), messageId: String(said.message_id) };
    await world.calls.react(at.target, at.messageId, "🦞");
    expect(world.al.chat().reactionsOn(said.message_id, world.bot)).toEqual(["👍"]);
    const error = await failure(world.calls.act({ action: "react", ...at, emoji: "🦞" }));
    expect(error.message).toContain("does not take “🦞”");
    await world.calls.act({ action: "react", ...at, emoji: "❤️" });
    expect(world.al.chat().reactionsOn(said.message_id, world.bot)).toEqual(["❤"]);
  });

  test("a message the account sent is known again, with its topic", async () => {
    await using world = await rig();
    const forum = world.telegram.forum({ members: [world.al, world.bot], topics: { 7: "Seven" } });
    const [receipt] = await world.send(`${forum.id}:topic:7`, { text: "a" });
    expect(world.calls.sent(String(forum.id), receipt?.messageId ?? "")).toEqual({ topicId: "7" });
    expect(world.calls.sent("777", "1")).toBeUndefined();
  });
});

test("typing that Telegram asks to be left alone is left alone, and nobody hears of it", async () => {
  await using world = await rig();
  world.telegram.faults.add("sendChatAction", faults.tooMany(30), { times: 1 });
  await world.calls.typing(target("777"));
  await world.calls.typing(target("777"));
  expect(world.bodies("sendChatAction")).toHaveLength(1);
});
