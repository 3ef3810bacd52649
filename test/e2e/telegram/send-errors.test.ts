import { afterAll, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { badRequest, type Fault, faults, forbidden } from "../../fakes/telegram/index.ts";
import { until } from "../../support/index.ts";
import { PATIENCE_MS, TelegramWorld } from "./support/index.ts";

setDefaultTimeout(PATIENCE_MS);

let world: TelegramWorld;
beforeAll(async () => {
  world = await TelegramWorld.start();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => {
  world.telegram.faults.clear();
  world.telegram.journal.clear();
});

const NOTICE = /couldn’t confirm/;

const fail = (fault: Fault, times = 1) => world.telegram.faults.add("sendMessage", fault, { times });
const shownTimes = (text: string) => world.dm.texts(world.bot).filter((one) => one === text).length;
const unknown = async () => (await world.account()).queue?.unknown ?? 0;
const dead = async () => (await world.account()).queue?.dead ?? 0;

test("429 is waited out for as long as Telegram says, and then the answer arrives, before the next one", async () => {
  fail(faults.tooMany(2));
  world.al.says("ECHO patience");
  await world.shown("patience");
  await world.echo("then this");
  const [first, second] = world.telegram.journal.of("sendMessage");
  expect((second?.arrivedAt ?? 0) - (first?.arrivedAt ?? 0)).toBeGreaterThanOrEqual(2000);
  expect(world.dm.texts(world.bot).slice(-2)).toEqual(["patience", "then this"]);
});

test.each([
  ["500", faults.status(500)],
  ["502 as Telegram says it", faults.status(502)],
  ["503", faults.status(503)],
] as const)("%s is tried again and the answer arrives once", async (name, fault) => {
  fail(fault, 2);
  world.al.says(`ECHO despite ${name}`);
  await world.shown(`despite ${name}`, world.dm, 20_000);
  await world.settled();
  expect(shownTimes(`despite ${name}`)).toBe(1);
  expect(await unknown()).toBe(0);
});

test.each([
  ["the connection breaks after the effect", () => faults.resetAfter()],
  ["the answer is cut off", () => faults.truncated()],
  ["the answer breaks off", () => faults.brokenOff()],
] as const)(
  "when %s, nothing is sent twice, and the chat is told once before the next answer",
  async (name, fault) => {
    const before = await unknown();
    const notices = () => world.dm.texts(world.bot).filter((text) => NOTICE.test(text)).length;
    const noticesBefore = notices();
    fail(fault());
    world.al.says(`ECHO ${name}`);
    await world.accountWhen("the send to be unknown", ({ queue }) => (queue?.unknown ?? 0) > before);
    await world.echo("goes on");
    await world.settled();
    expect(shownTimes(name)).toBe(1);
    expect(notices()).toBe(noticesBefore + 1);
    expect((await world.issues()).join("\n")).toContain("may or may not have arrived");
  },
);

test.each([
  ["the chat is gone", badRequest("chat not found")],
  ["the person blocked the bot", forbidden("bot was blocked by the user")],
  ["the bot was kicked", forbidden("bot was kicked from the group chat")],
] as const)("when %s the answer is given up at once and blocks nothing", async (name, error) => {
  const before = await dead();
  fail(faults.refuse(error));
  world.al.says(`ECHO lost: ${name}`);
  await world.accountWhen("the answer to be given up", ({ queue }) => (queue?.dead ?? 0) > before);
  await world.echo("the next one");
  expect(shownTimes(`lost: ${name}`)).toBe(0);
});

test("what was given up can be listed, sent again and dropped", async () => {
  const items = async (state: string) =>
    (await world.call("message.queue.list", { states: [state], limit: 1000 })).items as {
      readonly id: string;
      readonly summary: string;
      readonly lastError: string;
    }[];
  for (const words of ["second chance", "no chance"]) {
    fail(faults.refuse(badRequest("chat not found")));
    world.al.says(`ECHO ${words}`);
    await until(`${words} to be given up`, async () =>
      (await items("dead")).some(({ summary }) => summary === words),
    );
  }
  const [second, none] = (await items("dead")).filter(({ summary }) => summary.endsWith("chance"));
  expect(second).toMatchObject({
    summary: "second chance",
    lastError: expect.stringContaining("chat not found"),
  });
  await world.call("message.queue.retry", { id: second?.id });
  await world.shown("second chance");
  await world.call("message.queue.drop", { id: none?.id });
  expect((await items("dead")).map(({ summary }) => summary)).not.toContain("no chance");
});

test("a message to a group that became a supergroup goes to the new one", async () => {
  const { telegram, al, bot } = world;
  const group = telegram.group({ members: [al, bot] });
  const moved = telegram.migrate(group);
  const to = { channel: "telegram", to: String(group.id) };
  await world.call("send", { ...to, message: "moved along", idempotencyKey: crypto.randomUUID() });
  expect(moved.texts(bot)).toContain("moved along");
});

test("no token in any log, status or queue", async () => {
  const status = JSON.stringify(await world.call("channels.status", { probe: true }));
  const secret = world.bot.token.split(":")[1] ?? "";
  expect(status).not.toContain(secret);
  expect(world.gateway.output()).not.toContain(secret);
});
