import { afterAll, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { callTools, type ModelRequest, say } from "../../fakes/model-provider/index.ts";
import { type Chat, faults, type Person } from "../../fakes/telegram/index.ts";
import { until } from "../../support/index.ts";
import { PATIENCE_MS, TelegramWorld } from "./support/index.ts";

setDefaultTimeout(PATIENCE_MS);

let world: TelegramWorld;
let group: Chat;
let bo: Person;

beforeAll(async () => {
  world = await TelegramWorld.start({
    before: (telegram, bot) => {
      bo = telegram.user({ firstName: "Bo" });
      const al = telegram.user({ id: 777, firstName: "Al", username: "al" });
      group = telegram.supergroup({ title: "Friends", members: [al, bo, [bot, "administrator"]] });
      return { groupPolicy: "open", groups: { [group.id]: { requireMention: false } } };
    },
  });
  world.al.chat();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => {
  world.telegram.journal.clear();
  world.model.reset();
});

/** Has the agent use the tool when somebody says something, and returns what the tool told the model. */
async function uses(args: object | readonly object[], person = world.al, chat = world.dm): Promise<string[]> {
  const calls = (Array.isArray(args) ? args : [args]).map((one: object) => ({ name: "message", args: one }));
  const done = Promise.withResolvers<ModelRequest>();
  world.model.on((request) => {
    if (request.toolResults.length === 0) return callTools(...calls);
    done.resolve(request);
    return say(["done"]);
  });
  person.says("please", { in: chat });
  const request = await done.promise;
  await world.settled();
  await world.call("sessions.reset", { key: chat === world.dm ? "main" : `telegram:group:${chat.id}` });
  return request.toolResults.map(({ text }) => text);
}

test("a message with a file of the workspace and buttons goes to the chat it came from, beside the answer", async () => {
  mkdirSync(world.home.at(".openclaw/workspace"), { recursive: true });
  writeFileSync(world.home.at(".openclaw/workspace/note.txt"), "a note");
  const [told = ""] = await uses([
    { action: "send", message: "look", media: ["note.txt"], buttons: [[{ label: "Yes", value: "y" }]] },
  ]);
  expect(told).toMatch(/^Sent to telegram 777 \(message \d+\)\.$/);
  const [file, answer] = world.dm.shows(world.bot).slice(-2);
  expect(file).toMatchObject({
    caption: "look",
    document: { file_name: "note.txt" },
    reply_markup: { inline_keyboard: [[{ text: "Yes", callback_data: "y" }]] },
  });
  expect(answer?.text).toBe("done");
});

test("it reacts to the message it answers, edits, pins and deletes what it said, and asks a poll", async () => {
  await uses([{ action: "react", emoji: "👍" }]);
  const asked = world.dm.shows().findLast(({ from }) => from?.id === world.al.id);
  expect(world.dm.reactions.get(asked?.message_id ?? 0)?.get(world.bot.user.id)).toEqual(["👍"]);
  await uses([{ action: "send", message: "first", replyTo: "current" }]);
  const said = await world.shown("first");
  expect(said.reply_to_message?.text).toBe("please");
  const messageId = String(said.message_id);
  await uses([{ action: "edit", messageId, message: "second" }]);
  await world.shown("second");
  await uses([{ action: "pin", messageId }]);
  expect(world.dm.pinned).toContain(said.message_id);
  await uses([{ action: "delete", messageId }]);
  expect(world.dm.messages.has(said.message_id)).toBe(false);
  await uses([{ action: "poll", question: "Tea?", options: ["yes", "no"] }]);
  expect(world.dm.shows(world.bot).at(-2)?.poll).toMatchObject({ question: "Tea?" });
});

test("somebody else in a group has it act there and nowhere else, without the rights of the bot", async () => {
  const [told = ""] = await uses({ action: "react", emoji: "❤" }, bo, group);
  expect(told).toStartWith("Done: react on telegram");
  const [elsewhere = ""] = await uses({ action: "send", message: "hi", target: "777" }, bo, group);
  expect(elsewhere).toContain(`Sent to telegram ${group.id}`);
  const [refused = ""] = await uses({ action: "delete", messageId: "1" }, bo, group);
  expect(refused).toContain("must be equal to one of the allowed values");
});

test("the owner has it write into another chat, whose conversation knows what was said there", async () => {
  bo.says("ECHO hello", { in: group });
  await world.shown("hello", group);
  const [told = ""] = await uses({ action: "send", message: "from the owner", target: String(group.id) });
  expect(told).toContain(`Sent to telegram ${group.id}`);
  await world.shown("from the owner", group);
  const history = await until("the transcript to know it", async () => {
    const found = JSON.stringify(
      await world.call("chat.history", { sessionKey: `agent:main:telegram:group:${group.id}` }),
    );
    return found.includes("from the owner") && found;
  });
  expect(history).toContain("from the owner");
});

test("what Telegram refuses is told to the model with the reason", async () => {
  const [told = ""] = await uses({ action: "edit", messageId: "999999", message: "x" });
  expect(told).toContain("message to edit not found");
});

test("a message of which nobody knows whether it arrived is not sent twice, and the model is told so", async () => {
  world.telegram.faults.add("sendMessage", faults.resetAfter(), { times: 1 });
  const [told = ""] = await uses({ action: "send", message: "once" });
  expect(told).toStartWith("Nobody knows whether it arrived:");
  expect(world.dm.texts(world.bot).filter((text) => text === "once")).toHaveLength(1);
});

test("who was answered by the tool needs no words besides; who was only looked up is asked for once more", async () => {
  const ends = (args: object) => {
    let isDone = false;
    world.model.on(({ toolResults }) => {
      if (toolResults.length === 0 && !isDone) return callTools({ name: "message", args });
      if (isDone) return say(["words after all"]);
      isDone = true;
      return say(["NO_REPLY"]);
    });
  };
  ends({ action: "send", message: "by tool" });
  world.al.says("say it");
  await world.shown("by tool");
  await world.settled();
  expect(world.dm.texts(world.bot)).not.toContain("words after all");
  world.model.reset();
  ends({ action: "read" });
  world.al.says("look it up");
  await world.shown("words after all");
});

test("a file somebody sends can be read by the agent's tools, and sent on", async () => {
  const bytes = Buffer.from("%PDF-1.4 hello");
  world.model.on((request) => {
    const path = /Saved as (\S+)/.exec(request.userText)?.[1];
    if (path === undefined || request.toolResults.length > 0) return say(["read"]);
    return callTools(
      { name: "read", args: { path } },
      { name: "message", args: { action: "send", media: [path] } },
    );
  });
  world.al.sends({ kind: "document", bytes, name: "a.xyz", mimeType: "application/x-xyz" });
  await world.shown("read");
  const results = world.model.requests.at(-1)?.toolResults.map(({ text }) => text) ?? [];
  expect(results[0]).toContain("%PDF-1.4 hello");
  expect(results[1]).toContain("Sent to telegram 777");
});
