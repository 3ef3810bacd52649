import { afterEach, beforeEach, expect, test } from "bun:test";
import { KEPT_MAX_MS } from "../../../src/channels/telegram/client/limits.ts";
import { Gate } from "../model-provider/index.ts";
import { PATIENCE_MS, until, within } from "../../support/wait.ts";
import { type Bot, caller, FakeTelegram, faults, type Person } from "./index.ts";

let telegram: FakeTelegram;
let bot: Bot;
let al: Person;

beforeEach(async () => {
  telegram = await FakeTelegram.start();
  bot = telegram.bot();
  al = telegram.user({ id: 777 });
  al.chat();
});
afterEach(() => telegram.stop());

const ask = (method: string, body: object = {}, signal?: AbortSignal) =>
  fetch(`${telegram.apiRoot}/bot${bot.token}/${method}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });
const say = (text: string, signal?: AbortSignal) => ask("sendMessage", { chat_id: 777, text }, signal);
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

test("the nth call of a method goes wrong, the others do not", async () => {
  const rule = telegram.faults.add("sendMessage", faults.tooMany(3), { skip: 1, times: 1 });
  expect((await say("1")).status).toBe(200);
  const limited = await say("2");
  expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "3"]);
  expect(await limited.json()).toEqual({
    ok: false,
    error_code: 429,
    description: "Too Many Requests: retry after 3",
    parameters: { retry_after: 3 },
  });
  expect((await say("3")).status).toBe(200);
  expect(rule.hits).toBe(1);
  expect(al.chat().texts()).toEqual(["1", "3"]);
});

test("a reset before leaves nothing, a reset after leaves the message", async () => {
  telegram.faults.add("sendMessage", faults.resetAfter(), { times: 1 });
  telegram.faults.add("sendMessage", faults.reset(), { times: 1 });
  expect(await failure(say("lost"))).toBeInstanceOf(Error);
  expect(await failure(say("arrived"))).toBeInstanceOf(Error);
  expect(al.chat().texts()).toEqual(["arrived"]);
  expect(telegram.journal.of("sendMessage").map(({ outcome }) => outcome)).toEqual(["lost", "lost"]);
  expect(telegram.journal.of("sendMessage")[1]?.result).toMatchObject({ text: "arrived" });
});

test("answers that cannot be read: cut off, broken off, a page of a proxy", async () => {
  telegram.faults.add("sendMessage", faults.truncated(), { times: 1 });
  expect(await failure((await say("1")).json())).toBeInstanceOf(SyntaxError);
  telegram.faults.add("sendMessage", faults.brokenOff(), { times: 1 });
  expect(await failure(say("2").then((response) => response.json()))).toBeInstanceOf(Error);
  telegram.faults.add("sendMessage", faults.html(), { times: 1 });
  const page = await say("3");
  expect([page.status, page.headers.get("content-type")]).toEqual([502, "text/html"]);
  expect(await page.text()).toContain("502 Bad Gateway");
  expect(al.chat().texts()).toEqual(["1", "2"]);
});

test("a hanging call is never answered, before or after its effect", async () => {
  const stop = new AbortController();
  telegram.faults.add("sendMessage", faults.hangAfter(), { times: 1 });
  telegram.faults.add("sendMessage", faults.hang(), { times: 1 });
  const calls = [failure(say("nothing", stop.signal))];
  await telegram.journal.call("sendMessage");
  calls.push(failure(say("arrived", stop.signal)));
  await until("the message", () => al.chat().texts()[0] === "arrived");
  stop.abort();
  expect(await Promise.all(calls)).toEqual([expect.any(Error), expect.any(Error)]);
});

test("an answer can be held back until the test lets it go", async () => {
  const before = new Gate();
  telegram.faults.add("sendMessage", faults.delay(before), { times: 1 });
  const answer = say("held");
  await within("the call at the gate", before.reached);
  expect(al.chat().shows()).toEqual([]);
  before.open();
  expect((await answer).status).toBe(200);
});

test("a connection nobody uses stays open for longer than callers keep it", async () => {
  const seconds = Number(/timeout=(\d+)/.exec((await ask("getMe")).headers.get("keep-alive") ?? "")?.[1]);
  expect(seconds * 1_000).toBeGreaterThan(KEPT_MAX_MS);
});

test("a slow answer is whole in the end", async () => {
  telegram.faults.add("getMe", faults.slow(1));
  expect(await (await ask("getMe")).json()).toMatchObject({ ok: true });
});

test("downloads go wrong in the same ways", async () => {
  const file = telegram.world.files.put(new Uint8Array(1000));
  const fetched = () => fetch(`${telegram.apiRoot}/file/bot${bot.token}/${file.path}`);
  telegram.faults.add("download", faults.brokenOff(), { times: 1 });
  expect(await failure(fetched().then((response) => response.arrayBuffer()))).toBeInstanceOf(Error);
  telegram.faults.add("download", faults.status(404), { times: 1 });
  expect((await fetched()).status).toBe(404);
  expect((await (await fetched()).arrayBuffer()).byteLength).toBe(1000);
});

test("a black hole takes connections and says nothing; afterwards new calls are answered", async () => {
  const stop = new AbortController();
  const poll = failure(ask("getUpdates", { timeout: 50 }, stop.signal));
  await until("the poll to wait", () => bot.queue.isPolled);
  telegram.blackHole();
  al.says("into the void");
  const swallowed = failure(say("x", stop.signal));
  await telegram.journal.call("sendMessage");
  await telegram.journal.when(
    "the poll to be lost",
    () => telegram.journal.of("getUpdates")[0]?.outcome === "lost",
  );
  await telegram.recover();
  expect(await (await ask("getUpdates")).json()).toMatchObject({
    result: [{ message: { text: "into the void" } }],
  });
  stop.abort();
  expect(await Promise.all([poll, swallowed])).toEqual([expect.any(Error), expect.any(Error)]);
});

test(
  "offline closes the port, and everything is still there when it comes back",
  async () => {
    const poll = failure(ask("getUpdates", { timeout: 50 }));
    await until("the poll to wait", () => bot.queue.isPolled);
    await telegram.goOffline();
    expect(await within("the poll to break", poll)).toBeInstanceOf(Error);
    expect(await failure(say("x"))).toBeInstanceOf(Error);
    al.says("while you were away");
    await telegram.recover();
    expect(await caller(telegram, bot).ok("getUpdates", { offset: -1 })).toMatchObject([
      { message: { text: "while you were away" } },
    ]);
  },
  PATIENCE_MS,
);
