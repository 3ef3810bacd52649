import { afterAll, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { freePort } from "../../support/index.ts";
import { PATIENCE_MS, TelegramWorld } from "./support/index.ts";

setDefaultTimeout(PATIENCE_MS);

const SECRET = "a-secret-of-the-webhook-0123456789";

let port: number;
let world: TelegramWorld;
beforeAll(async () => {
  port = await freePort();
  const webhookUrl = `http://127.0.0.1:${port}/telegram-webhook`;
  world = await TelegramWorld.start({
    telegram: { webhookUrl, webhookSecret: SECRET, webhookPort: port },
    fake: { webhookRetryMs: 50 },
    polled: false,
  });
  const isSet = () => world.bot.webhook !== undefined;
  await world.telegram.journal.when("the webhook to be set", isSet, PATIENCE_MS);
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => world.telegram.journal.clear());

const post = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${port}/telegram-webhook`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
const withSecret = { "X-Telegram-Bot-Api-Secret-Token": SECRET };

function update(id: number, text: string) {
  const { user } = world.al;
  const message = {
    message_id: id,
    date: Math.floor(Date.now() / 1000),
    chat: world.dm.shape,
    from: user,
    text,
  };
  return { update_id: 900_000_000 + id, message };
}

test("messages arrive by webhook and are answered; nothing is polled", async () => {
  await world.echo("by webhook");
  expect(world.telegram.journal.of("getUpdates")).toEqual([]);
  expect(world.bot.webhook?.options.secret).toBe(SECRET);
  expect(world.bot.queue.pending).toEqual([]);
  expect(await world.account()).toMatchObject({ mode: "webhook", lifecycle: "ready" });
});

test("a wrong, an empty and a missing secret are refused, and nothing is answered", async () => {
  const wrong: Record<string, string>[] = [
    {},
    { "X-Telegram-Bot-Api-Secret-Token": "" },
    { "X-Telegram-Bot-Api-Secret-Token": "x" },
  ];
  for (const headers of wrong) {
    const response = await post(update(801, "ECHO forged"), headers);
    expect(response.status).toBe(401);
  }
  await world.echo("true words");
  expect(world.dm.texts()).not.toContain("forged");
  expect(world.model.about("forged")).toEqual([]);
});

test("a delivery is answered empty once it is durable, and told twice it is answered once", async () => {
  const first = await post(update(802, "ECHO replayed"), withSecret);
  expect([first.status, await first.text()]).toEqual([200, ""]);
  expect(first.headers.get("x-openclaw-delivery-accepted")).toBe("durable");
  expect((await post(update(802, "ECHO replayed"), withSecret)).status).toBe(200);
  await world.shown("replayed");
  await world.echo("after the replay");
  expect(world.dm.texts(world.bot).filter((text) => text === "replayed")).toHaveLength(1);
});

test("other paths, other methods and bodies that are no update are refused without harm", async () => {
  expect((await fetch(`http://127.0.0.1:${port}/other`, { method: "POST" })).status).toBe(404);
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  const garbage = await fetch(`http://127.0.0.1:${port}/telegram-webhook`, {
    method: "POST",
    headers: { ...withSecret, "content-type": "application/json" },
    body: "{not json",
  });
  expect(garbage.status).toBe(400);
  await world.echo("still here");
});

test("what Telegram could not deliver while the gateway was down is answered when it is back", async () => {
  await world.down();
  world.al.says("ECHO while you were away");
  await world.up();
  await world.shown("while you were away");
});
