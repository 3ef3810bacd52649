import { afterEach, expect, test } from "bun:test";
import type { Channel, ChannelConnection } from "../../../src/channels/channel.ts";
import { SendError } from "../../../src/channels/outbound-message.ts";
import { telegramChannel } from "../../../src/channels/telegram/index.ts";
import { FakeTelegram } from "../../fakes/telegram/index.ts";
import { ManualClock, tempHome, until, within } from "../../support/index.ts";
import { type ContextOptions, recordedContext, type RecordedContext, wordsIn } from "./context.ts";

const cleanup: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of cleanup.splice(0).reverse()) await end();
});

const channel = () =>
  telegramChannel({ openMedia: () => Promise.reject(new Error("no files here")), random: () => 0 });

interface Running {
  readonly connection: ChannelConnection;
  readonly context: RecordedContext;
  readonly clock: ManualClock;
}

async function start(
  telegram: object,
  options: ContextOptions = {},
  on: Channel = channel(),
): Promise<Running> {
  const clock = new ManualClock(Date.now());
  const context = recordedContext(telegram, { clock, ...options });
  const connection = await on.start(context);
  cleanup.push(() => within("the connection to stop", connection.stop()));
  return { connection, context, clock };
}

async function scene() {
  const fake = await FakeTelegram.start({ repeatPauseMs: 0 });
  cleanup.push(() => fake.stop());
  const bot = fake.bot();
  return { fake, bot, al: fake.user(), settings: { apiRoot: fake.apiRoot, botToken: bot.token } };
}

const lifecycle = (running: Running, wanted: string) =>
  until(`it is ${wanted}`, () => running.connection.status().lifecycle === wanted);

const OTHERS = "1:others";

/** Somebody else calls several times, and is answered: whatever somebody was about to call has arrived by then. */
async function othersAsk(fake: FakeTelegram): Promise<void> {
  for (let time = 0; time < 5; time += 1) await fetch(`${fake.apiRoot}/bot${OTHERS}/getMe`);
}

const TARGET = { chatId: "1001", chatKind: "direct" } as const;
const { signal } = new AbortController();

test("an account says what it received, sends, and is gone when it has stopped", async () => {
  const { fake, bot, al, settings } = await scene();
  const running = await start(settings);
  await lifecycle(running, "ready");
  al.says("hello");
  await until("it is durable", () => wordsIn(running.context).length === 1);
  const [part] = channel().render({ text: "**hi**" }, running.context.account);
  if (part === undefined) throw new Error("nothing is to be sent");
  const receipt = await running.connection.send(part, TARGET, signal, "1");
  expect(receipt.chatId).toBe("1001");
  expect(fake.journal.of("sendMessage")[0]?.body).toMatchObject({ chat_id: "1001", text: "<b>hi</b>" });
  expect(running.connection.status()).toMatchObject({
    mode: "polling",
    connected: true,
    self: { username: "mock_bot" },
  });
  await within("the connection to stop", running.connection.stop());
  const asked = fake.journal.calls.length;
  al.says("nobody hears this");
  await othersAsk(fake);
  running.clock.advance(3_600_000);
  await othersAsk(fake);
  expect(fake.journal.calls.slice(asked).filter(({ token }) => token !== OTHERS)).toEqual([]);
  expect(wordsIn(running.context)).toEqual(["hello"]);
  expect(bot.queue.pending).not.toBeEmpty();
});

test("a reaction to a message of this account is known as that, in its topic", async () => {
  const { fake, al, settings } = await scene();
  const running = await start(settings);
  await lifecycle(running, "ready");
  al.says("hello");
  const [part] = channel().render({ text: "mine" }, running.context.account);
  if (part === undefined) throw new Error("nothing is to be sent");
  const { messageId } = await running.connection.send(part, TARGET, signal, "1");
  const own = al.chat().messages.get(Number(messageId));
  if (own === undefined) throw new Error("the message is not there");
  al.reacts(own, "👍");
  const reaction = await until("the reaction is durable", () =>
    [...running.context.events.values()].find(({ event }) => event.kind === "reaction"),
  );
  expect(reaction.event).toMatchObject({ isToOwn: true, messageId });
  expect(fake.journal.of("sendMessage")).toHaveLength(1);
});

test("the menu is set once: default and groups taken away, then set; and again only when it changes", async () => {
  const { fake, settings } = await scene();
  const commands = [
    { name: "status", summary: "How it is" },
    { name: "export-session", summary: "A file of it" },
    { name: "Bad Name!", summary: "never shown" },
  ];
  const first = await start(settings, { commands });
  await fake.journal.when("the menu", () => fake.journal.of("setMyCommands").length === 2);
  await until("it is remembered", () => first.context.kept.has("menu"));
  expect(fake.journal.loud.map(({ method, body }) => [method, body["scope"]])).toEqual([
    ["getMe", undefined],
    ["deleteWebhook", undefined],
    ["deleteMyCommands", undefined],
    ["deleteMyCommands", { type: "all_group_chats" }],
    ["setMyCommands", undefined],
    ["setMyCommands", { type: "all_group_chats" }],
  ]);
  expect(fake.journal.of("setMyCommands")[0]?.body["commands"]).toEqual([
    { command: "status", description: "How it is" },
    { command: "export_session", description: "A file of it" },
  ]);
  await first.connection.stop();
  fake.journal.clear();
  const again = await start(settings, { commands, from: first.context });
  await lifecycle(again, "ready");
  again.context.configure({
    customCommands: [
      { command: "/Backup", description: "Saves all" },
      { command: "status", description: "mine" },
    ],
  });
  expect(fake.journal.of("deleteMyCommands")).toEqual([]);
  again.clock.advance(30_000);
  await fake.journal.when("the new menu", () => fake.journal.of("setMyCommands").length === 2);
  expect(fake.journal.of("setMyCommands")[0]?.body["commands"]).toEqual([
    { command: "status", description: "How it is" },
    { command: "export_session", description: "A file of it" },
    { command: "backup", description: "Saves all" },
  ]);
});

test("two accounts with one bot never poll at once: the second is blocked, says so, and takes over", async () => {
  const { fake, bot, al, settings } = await scene();
  const both = { ...settings, accounts: { twin: { botToken: bot.token } } };
  const on = channel();
  const first = await start(both, { accountId: "default" }, on);
  await lifecycle(first, "ready");
  const twin = await start(both, { accountId: "twin" }, on);
  await lifecycle(twin, "blocked");
  expect(twin.connection.status().issue).toMatchObject({
    kind: "config",
    message: "Its bot is the one of account default: only one account may use a bot.",
    fix: expect.stringContaining("openclaw channels add --channel telegram --account twin"),
  });
  const refusal: unknown = await twin.connection
    .send({}, TARGET, signal, "1")
    .catch((error: unknown) => error);
  expect(refusal instanceof SendError && refusal.failure).toBe("not-ready");
  await first.connection.stop();
  twin.clock.advance(15_000);
  al.says("for whoever is there");
  await until("the second receives", () => wordsIn(twin.context).length === 1);
  expect(fake.journal.calls.filter(({ status }) => status === 409)).toEqual([]);
});

test("a revoked token blocks the account until it works again, without a restart", async () => {
  const { fake, bot, al, settings } = await scene();
  bot.isAlive = false;
  const running = await start(settings);
  await lifecycle(running, "blocked");
  expect(running.connection.status().issue?.kind).toBe("auth");
  const asked = fake.journal.calls.length;
  running.clock.advance(599_999);
  await othersAsk(fake);
  expect(fake.journal.calls.slice(asked).filter(({ token }) => token !== OTHERS)).toEqual([]);
  bot.isAlive = true;
  al.says("still there?");
  running.clock.advance(15_000);
  await until("it works again", () => wordsIn(running.context).length === 1);
});

test("a token file that is written anew is taken at once", async () => {
  await using home = await tempHome();
  const { fake, bot, al } = await scene();
  bot.isAlive = false;
  const other = fake.bot();
  const tokenFile = await home.write("bot.token", bot.token);
  const running = await start({ apiRoot: fake.apiRoot, botToken: "1234:unused-unused", tokenFile });
  await lifecycle(running, "blocked");
  await home.write("bot.token", other.token);
  al.says("hello other", { in: al.chat(other) });
  running.clock.advance(15_000);
  await until("the other bot receives", () => wordsIn(running.context).length === 1);
  expect(running.connection.status().self?.id).toBe(String(other.user.id));
});

test("while there is no line nothing is sent, and it is said why", async () => {
  const running = await start({ apiRoot: "http://127.0.0.1:1" });
  await lifecycle(running, "recovering");
  const [part] = channel().render({ text: "hi" }, running.context.account);
  const error: unknown = await running.connection
    .send(part ?? {}, TARGET, signal, "1")
    .catch((thrown: unknown) => thrown);
  expect(error instanceof SendError && error.failure).toBe("busy");
  await running.connection.typing(TARGET);
  await running.connection.acknowledgePress("p1");
});

test("a probe tells of the bot, its webhook and the groups it is to hear", async () => {
  const { fake, bot, settings } = await scene();
  const inside = fake.supergroup({ members: [bot] });
  const outside = fake.supergroup();
  const running = await start({ ...settings, groups: { [inside.id]: {}, [outside.id]: {}, "*": {} } });
  await lifecycle(running, "ready");
  const found = await running.connection.probe(5_000);
  expect(found).toMatchObject({
    bot: { id: bot.user.id, username: "mock_bot", canReadAllGroupMessages: false },
    webhook: { url: "" },
    audit: { ok: false, checkedGroups: 2 },
  });
  fake.blackHole();
  const late = running.connection.probe(2_000).catch((error: unknown) => String(error));
  await fake.journal.when("the probe", () => fake.journal.of("getMe").length === 3);
  running.clock.advance(2_000);
  expect(await within("the probe to end", late)).toBe("Error: Telegram did not answer within 2000 ms");
});

test("a group that wants no mention is advised of when Telegram hides its messages", async () => {
  const { fake, bot, settings } = await scene();
  const running = await start({ ...settings, groups: { "-1001": { requireMention: false } } });
  await lifecycle(running, "ready");
  expect(running.connection.status()).toMatchObject({ connected: true, issue: { kind: "permissions" } });
  running.context.configure({ groups: { "-1001": {} } });
  running.clock.advance(30_000);
  expect(running.connection.status().issue).toBeUndefined();
  bot.privacy = false;
  fake.journal.clear();
});

test("an account without a token is not started", async () => {
  const context = recordedContext({});
  const account = { ...context.account, configured: false, problem: "it has none" };
  expect(channel().start({ ...context, account })).rejects.toThrow("it has none");
});

test("no token is in anything that is logged or shown", async () => {
  const { fake, bot, settings } = await scene();
  const running = await start(settings);
  await lifecycle(running, "ready");
  await fake.goOffline();
  await lifecycle(running, "recovering");
  const all = [
    running.context.lines.join("\n"),
    JSON.stringify(running.connection.status()),
    JSON.stringify([...running.context.kept]),
  ];
  for (const text of all) expect(text).not.toContain(bot.token.slice(5));
  expect(running.context.secrets.hide(`x ${bot.token} y`)).not.toContain(bot.token);
});
