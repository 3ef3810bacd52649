import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Bot, Person } from "../../fakes/telegram/index.ts";
import { say } from "../../fakes/model-provider/index.ts";
import { PATIENCE_MS, TelegramWorld } from "./support/index.ts";

setDefaultTimeout(PATIENCE_MS);

let world: TelegramWorld;
let work: Bot;
let bo: Person;

/** Two bots, two agents: what comes to the second bot, and one group of the first, is for the second agent. */
beforeAll(async () => {
  world = await TelegramWorld.start({
    config: {
      agents: {
        defaults: { model: { primary: "mock/mock-1" } },
        entries: { main: { default: true }, clerk: { identity: { name: "Clerk" } } },
      },
      bindings: [
        { agentId: "clerk", match: { channel: "telegram", accountId: "work" } },
        { agentId: "clerk", match: { channel: "telegram", peer: { kind: "group", id: "-100777" } } },
      ],
    },
    before: (telegram) => {
      work = telegram.bot({ username: "work_bot" });
      bo = telegram.user({ firstName: "Bo" });
      return {
        groupPolicy: "open",
        groups: { "*": { requireMention: false } },
        accounts: {
          work: { botToken: work.token, dmPolicy: "allowlist", allowFrom: [bo.id] },
        },
      };
    },
  });
  await world.polled(work);
});
afterAll(() => world[Symbol.asyncDispose]());

test("each bot answers its own people, and none of the other's", async () => {
  await world.echo("to the first");
  bo.says("ECHO to the second", { in: bo.chat(work) });
  await world.telegram.journal.when("the answer", () => bo.chat(work).texts(work).includes("to the second"));
  bo.says("ECHO not let in here", { in: bo.chat(world.bot) });
  await world.echo("and again");
  expect(world.model.about("not let in")).toEqual([]);
  expect(bo.chat(work).texts(world.bot)).toEqual([]);
});

test("bindings choose the agent: by account, and by group", async () => {
  const sessions = async () =>
    ((await world.call("sessions.list", { limit: 100 })).sessions as { key: string }[]).map(({ key }) => key);
  const group = world.telegram.supergroup({
    id: -100777,
    title: "Office",
    members: [world.al, [world.bot, "administrator"]],
  });
  world.model.on((request) => (request.userText.includes("who are you") ? say([request.system]) : undefined));
  world.al.says("ECHO in the office", { in: group });
  await world.telegram.journal.when("the answer", () => group.texts(world.bot).includes("in the office"));
  bo.says("ECHO by account", { in: bo.chat(work) });
  await world.telegram.journal.when("the answer", () => bo.chat(work).texts(work).includes("by account"));
  const keys = await sessions();
  expect(keys).toContain("agent:main:main");
  expect(keys.some((key) => key.startsWith("agent:clerk:") && key.includes("-100777"))).toBe(true);
  expect(keys.some((key) => key.startsWith("agent:clerk:") && !key.includes("-100777"))).toBe(true);
});

test("one account stops and starts by itself; the other goes on", async () => {
  await world.call("channels.stop", { channel: "telegram", accountId: "work" });
  await world.accountWhen("work to stop", ({ lifecycle }) => lifecycle === "stopped", undefined, "work");
  await world.echo("still answering");
  bo.says("ECHO waiting for you", { in: bo.chat(work) });
  await world.call("channels.start", { channel: "telegram", accountId: "work" });
  await world.telegram.journal.when("the answer", () =>
    bo.chat(work).texts(work).includes("waiting for you"),
  );
});

test("a changed account is started anew; the poll of the other is never broken", async () => {
  const polls = () =>
    world.telegram.journal
      .of("getUpdates")
      .filter(({ token, outcome }) => token === world.bot.token && outcome === "lost");
  const lost = polls().length;
  const meBefore = world.telegram.journal.of("getMe").length;
  const third = world.telegram.bot({ username: "third_bot" });
  await world.configure({
    groupPolicy: "open",
    groups: { "*": { requireMention: false } },
    accounts: {
      work: { botToken: third.token, dmPolicy: "allowlist", allowFrom: [bo.id] },
    },
  });
  await world.polled(third);
  bo.says("ECHO to the new bot", { in: bo.chat(third) });
  await world.telegram.journal.when("the answer", () =>
    bo.chat(third).texts(third).includes("to the new bot"),
  );
  await world.echo("undisturbed");
  expect(polls().length).toBe(lost);
  expect(
    world.telegram.journal
      .of("getMe")
      .slice(meBefore)
      .every(({ token }) => token === third.token),
  ).toBe(true);
});
