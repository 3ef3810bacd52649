import { expect, setDefaultTimeout, test } from "bun:test";
import { callTools, say } from "../../fakes/model-provider/index.ts";
import type { Chat, Person } from "../../fakes/telegram/index.ts";
import { ReferenceClient } from "../../conformance/support/reference-client.ts";
import { PATIENCE_MS, TelegramWorld } from "./support/index.ts";

setDefaultTimeout(PATIENCE_MS);

type Json = Readonly<Record<string, unknown>>;

const isOf = (sessionKey: string, state: string) => (payload: unknown) => {
  const told = payload as Json;
  return told.sessionKey === sessionKey && told.state === state;
};

test("WebChat sees the turns of a direct chat live and in its history, and what it says itself stays there", async () => {
  await using at = await TelegramWorld.start();
  const { wsUrl, token } = at.gateway;
  await using webchat = await ReferenceClient.connect({
    url: wsUrl,
    ...(token !== undefined && { token }),
    role: "operator",
    scopes: ["operator.read", "operator.write"],
  });
  await at.echo("from the phone");
  const final = (await webchat.event("chat", isOf("agent:main:main", "final"))) as Json;
  expect(JSON.stringify(final.message)).toContain("from the phone");
  const end = (payload: unknown) => {
    const { stream, data } = payload as { stream: string; data: Json };
    return stream === "lifecycle" && data.phase === "end";
  };
  expect(await webchat.event("agent", end)).toMatchObject({ sessionKey: "agent:main:main" });
  const history = JSON.stringify(await webchat.call("chat.history", { sessionKey: "main" }));
  expect(history).toContain("ECHO from the phone");
  const shown = at.dm.shows(at.bot).length;
  await webchat.call("chat.send", {
    sessionKey: "main",
    message: "ECHO from the browser",
    idempotencyKey: "w1",
  });
  const isMine = (payload: unknown) =>
    isOf("agent:main:main", "final")(payload) && (payload as Json).runId === "w1";
  expect(JSON.stringify(await webchat.event("chat", isMine))).toContain("from the browser");
  await at.echo("phone again");
  expect(at.dm.shows(at.bot)).toHaveLength(shown + 1);
});

test("the model of a chat answers there until somebody chooses another, and the prefix tells how hard it thought", async () => {
  await using at = await TelegramWorld.start({
    telegram: { responsePrefix: "[{model} {thinkingLevel}]" },
    config: { agents: { defaults: { model: { primary: "mock/mock-1", fallbacks: ["mock/mock-3"] } } } },
    channels: { modelByChannel: { telegram: { "777": "mock/mock-2" } } },
  });
  at.model.on(() => say(["hi"]));
  at.al.says("one");
  await at.shown("[mock-2 off] hi");
  at.al.says("/status");
  await at.telegram.journal.when("the status", () =>
    at.dm.texts(at.bot).some((text) => text.includes("mock/mock-2")),
  );
  at.al.says("/model mock/mock-1");
  await at.shown("🧠 Model of this session: mock/mock-1");
  at.al.says("two");
  await at.shown("[mock-1 off] hi");
  at.al.says("/model default");
  await at.shown("🧠 Model of this session: mock/mock-2 (configured)");
  at.al.says("three");
  await at.shown("[mock-2 off] hi", at.dm, undefined, 2);
});

test("in a group the model is told who speaks, where, and what Telegram calls each message, and may keep silent only when told so", async () => {
  let group: Chat | undefined;
  let bo: Person | undefined;
  await using at = await TelegramWorld.start({
    config: {
      agents: { defaults: { model: { primary: "mock/mock-1" }, silentReply: { group: "allow" } } },
    },
    before: (telegram, bot) => {
      bo = telegram.user({ firstName: "Bo", username: "bo" });
      const al = telegram.user({ id: 777, firstName: "Al", username: "al" });
      group = telegram.supergroup({ title: "Friends", members: [al, bo, [bot, "administrator"]] });
      return { groupPolicy: "open", groups: { [group.id]: { requireMention: false } } };
    },
  });
  if (!group || !bo) throw new Error("the scene was not set");
  at.model.on(({ userText }) => (userText.includes("quiet") ? say(["NO_REPLY"]) : say(["hello both"])));
  const first = bo.says("hello", { in: group });
  await at.shown("hello both", group);
  const second = at.al.says("quiet now", { in: group });
  await at.settled();
  expect(group.texts(at.bot)).toEqual(["hello both"]);
  const [one, two] = [at.model.requests[0], at.model.requests.at(-1)];
  const told = (sender: object, { message_id }: { message_id: number }) =>
    JSON.stringify({ sender, chat: { title: "Friends" }, messageId: String(message_id) });
  const hello = told({ id: String(bo.id), name: "Bo", username: "bo" }, first);
  const quiet = told({ id: "777", name: "Al", username: "al" }, second);
  const users = (request = one) =>
    request?.turns.filter(({ role }) => role === "user").map(({ text }) => text) ?? [];
  expect(users()[0]).toContain(hello);
  expect(users(two)[0]).toBe(users()[0] ?? "");
  expect(users(two)[1]).toContain(quiet);
  expect(one?.system).toContain("channel=telegram | chat=group");
  expect(one?.system).toContain("NO_REPLY");
  expect(one?.system).toContain("not from your owner");
  expect(two?.system).not.toContain("not from your owner");
  at.al.says("ECHO direct");
  await at.shown("hello both");
  expect(at.model.requests.at(-1)?.system).not.toContain("NO_REPLY");
});

test("a press in a topic is answered in the topic, and our own message below it gets no mark", async () => {
  let forum: Chat | undefined;
  await using at = await TelegramWorld.start({
    config: { messages: { ackReactionScope: "all" } },
    before: (telegram, bot) => {
      const al = telegram.user({ id: 777, firstName: "Al", username: "al" });
      forum = telegram.forum({
        title: "Forum",
        members: [al, [bot, "administrator"]],
        topics: { 7: "Plans" },
      });
      return { groupPolicy: "open", groups: { [forum.id]: { requireMention: false } } };
    },
  });
  if (!forum) throw new Error("the scene was not set");
  at.model.on(({ userText, toolResults }) => {
    if (userText.includes("callback_data: y")) return say(["you said yes"]);
    const buttons = [[{ label: "Yes", value: "y" }]];
    return toolResults.length > 0
      ? say(["asked"])
      : callTools({ name: "message", args: { action: "send", message: "Well?", buttons } });
  });
  at.al.says("ask me", { in: forum, topic: 7 });
  const question = await at.shown("Well?", forum);
  expect(question.message_thread_id).toBe(7);
  const press = at.al.presses(question, "Yes");
  expect(await at.shown("you said yes", forum)).toMatchObject({ message_thread_id: 7 });
  expect(press.answered).toBe(true);
  await at.settled();
  expect(forum.reactions.has(question.message_id)).toBe(false);
});
