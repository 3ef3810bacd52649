import { expect, test } from "bun:test";
import { SendError } from "../../../src/channels/index.ts";
import { messagesOf } from "../../../src/channels/inbound/answers/replies.ts";
import { responsePrefix } from "../../../src/channels/inbound/answers/response-prefix.ts";
import { House, message } from "./house.ts";
import { says } from "./stand-ins.ts";

const replies = [{ text: "a" }, { text: "b" }];
const ids = (mode: "off" | "first" | "all" | "batched", messageIds: readonly string[]) =>
  messagesOf(replies, { replyToMode: mode, messageIds }).map(({ replyToId }) => replyToId);

test("which parts of an answer name the message: none, the first, all, or all of an answer to several", () => {
  expect(ids("off", ["1", "2"])).toEqual([undefined, undefined]);
  expect(ids("first", ["1", "2"])).toEqual(["2", undefined]);
  expect(ids("all", ["1", "2"])).toEqual(["2", "2"]);
  expect(ids("batched", ["1", "2"])).toEqual(["2", "2"]);
  expect(ids("batched", ["1"])).toEqual([undefined, undefined]);
  expect(ids("all", [])).toEqual([undefined, undefined]);
});

test("what the agent asks for goes before the mode", () => {
  const asked = [{ text: "a", replyToId: "9" }, { text: "b", replyToCurrent: true }, { text: "c" }];
  const messages = messagesOf(asked, { replyToMode: "off", messageIds: ["1"] });
  expect(messages.map(({ replyToId }) => replyToId)).toEqual(["9", "1", undefined]);
});

test("media, voice, previews and quiet go where they belong", () => {
  const messages = messagesOf([{ text: "", media: { source: "/x.ogg" }, asVoice: true }, { text: "b" }], {
    replyToMode: "off",
    messageIds: ["1"],
    prefix: "[M]",
    replaces: { id: 5 },
    silent: true,
  });
  expect(messages).toEqual([
    { text: "", media: [{ source: "/x.ogg" }], asVoice: true, replaces: { id: 5 }, silent: true },
    { text: "[M] b", silent: true },
  ]);
});

test("responsePrefix: none, auto, variables; what is not known stays as written", () => {
  const facts = { identityName: "Molty", provider: "a", model: "b" };
  expect(responsePrefix(undefined, facts)).toBeUndefined();
  expect(responsePrefix("", facts)).toBeUndefined();
  expect(responsePrefix("auto", facts)).toBe("[Molty]");
  expect(responsePrefix("auto", {})).toBeUndefined();
  expect(
    responsePrefix("{identity.name} ({modelFull}, {MODEL}, {provider}, {thinkingLevel}, {x}) ›", facts),
  ).toBe("Molty (a/b, b, a, {thinkingLevel}, {x}) ›");
});

test("the account's prefix goes before that of all messages", async () => {
  await using house = await House.open({
    settings: { responsePrefix: "[{model}]", replyToMode: "first" },
    config: { messages: { responsePrefix: "general" } } as never,
  });
  house.agents.answer = () => ({ ...says("hi"), model: { provider: "a", model: "b" } });
  await house.tell(message("x", { messageId: "5" }));
  await house.settled();
  expect(await house.sent()).toMatchObject([{ text: "[b] hi", replyToId: "5" }]);
});

test("a file that cannot be sent takes nothing from the words beside it", async () => {
  await using house = await House.open();
  house.deliveries.refuse = ({ media }) =>
    media ? new SendError("refused", "The file is 60 MB, more than 50 MB.") : undefined;
  house.agents.answer = () => ({ status: "ok", replies: [{ text: "here", media: { source: "/big" } }] });
  await house.tell(message("x"));
  await house.settled();
  expect(await house.sent()).toMatchObject([
    { text: "here\n\n⚠️ A file could not be sent: The file is 60 MB, more than 50 MB." },
  ]);
});

test("an answer that cannot be sent at all still ends its message", async () => {
  await using house = await House.open();
  house.deliveries.refuse = () => new SendError("refused", "no");
  house.agents.answer = () => says("x");
  await house.tell(message("x", { messageId: "1" }));
  await house.settled();
  expect(await house.ends()).toEqual(["message:777:1: answered"]);
});

test("the answer takes the place of its preview; one that it must not replace goes when it has arrived", async () => {
  await using house = await House.open();
  house.live.preview = { replaces: { id: 1 }, discard: { id: 2 } };
  house.agents.answer = () => says("done");
  await house.tell(message("x", { messageId: "7" }));
  await house.settled();
  expect(house.live.scenes).toMatchObject([
    { messageId: "7", target: { chatId: "777" }, wasMentioned: true, emoji: "🦞" },
  ]);
  expect(await house.sent()).toMatchObject([{ text: "done", replaces: { id: 1 } }]);
  expect(house.connection?.discarded).toEqual([{ id: 2 }]);
});

test("silence takes its preview away", async () => {
  await using house = await House.open();
  house.live.preview = { replaces: { id: 1 } };
  house.agents.answer = () => ({ status: "ok", replies: [] });
  await house.tell(message("x", { messageId: "7" }));
  await house.settled();
  expect(await house.ends()).toEqual(["message:777:7: silent"]);
  expect(house.connection?.discarded).toEqual([{ id: 1 }]);
});

test("a preview of a process that died is taken away by the next", async () => {
  await using house = await House.open();
  await house.tell(message("x"));
  await house.submitted(1);
  await house.live.scenes[0]?.keepDraft({ id: 9 });
  const [runId] = house.agents.running;
  await house.restart();
  if (runId) house.agents.end(runId, says("late"));
  await house.settled();
  expect(await house.texts()).toEqual(["late"]);
  expect(house.connection?.discarded).toEqual([{ id: 9 }]);
});
