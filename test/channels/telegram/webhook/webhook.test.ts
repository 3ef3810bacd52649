import { afterEach, expect, test } from "bun:test";
import { callerOf, FailureGate } from "../../../../src/channels/telegram/webhook/failure-gate.ts";
import { listenForUpdates } from "../../../../src/channels/telegram/webhook/listener.ts";
import { ROOM_PATIENCE_MS, WEBHOOK_LOOK_MS } from "../../../../src/channels/telegram/webhook/limits.ts";
import { telegramChannel } from "../../../../src/channels/telegram/index.ts";
import { StoreError } from "../../../../src/store/index.ts";
import { FakeTelegram } from "../../../fakes/telegram/index.ts";
import { freePort, ManualClock, tempHome, until, within } from "../../../support/index.ts";
import { accountOf, recordedContext, type RecordedContext, wordsIn } from "../context.ts";

const cleanup: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of cleanup.splice(0).reverse()) await end();
});

const SECRET = "a-secret-of-this-test";
const HEADERS = { "content-type": "application/json", "x-telegram-bot-api-secret-token": SECRET };
const UPDATE = {
  update_id: 7,
  message: { message_id: 1, date: 1, chat: { id: 5, type: "private" }, text: "hi" },
};

/** A listener by itself, and what it took. */
function listener(take: (update: unknown) => Promise<void> = () => Promise.resolve()) {
  const clock = new ManualClock();
  const taken: unknown[] = [];
  const listening = listenForUpdates(
    { host: "127.0.0.1", port: 0, path: "/telegram-webhook", secret: SECRET },
    {
      clock,
      take: async (update) => {
        await take(update);
        taken.push(update);
      },
    },
  );
  cleanup.push(() => listening.stop());
  const root = `http://127.0.0.1:${listening.port}`;
  const post = (init: RequestInit = {}, path = "/telegram-webhook") =>
    fetch(root + path, { method: "POST", headers: HEADERS, body: JSON.stringify(UPDATE), ...init });
  return { root, clock, taken, post };
}

test("an update is durable before it is answered, with an empty body and a header that says so", async () => {
  const durable = Promise.withResolvers<void>();
  const storing = Promise.withResolvers<void>();
  const one = listener(() => {
    storing.resolve();
    return durable.promise;
  });
  const answer = one.post();
  await within("it to be stored", storing.promise);
  // Whoever asks later is answered before.
  expect((await fetch(`${one.root}/healthz`)).status).toBe(200);
  expect(Bun.peek.status(answer)).toBe("pending");
  durable.resolve();
  const response = await answer;
  expect([response.status, await response.text()]).toEqual([200, ""]);
  expect(response.headers.get("x-openclaw-delivery-accepted")).toBe("durable");
  expect(one.taken).toEqual([UPDATE]);
});

test.each([
  ["no secret", { headers: { "content-type": "application/json" } }, 401],
  ["a blank secret", { headers: { ...HEADERS, "x-telegram-bot-api-secret-token": "" } }, 401],
  ["a wrong secret", { headers: { ...HEADERS, "x-telegram-bot-api-secret-token": `${SECRET}x` } }, 401],
  ["a secret of another length", { headers: { ...HEADERS, "x-telegram-bot-api-secret-token": "a" } }, 401],
  ["another type", { headers: { ...HEADERS, "content-type": "text/plain" } }, 415],
  ["no JSON", { body: "{" }, 400],
  ["JSON that is no update", { body: "[]" }, 400],
  ["another method", { method: "GET", body: null }, 405],
  ["a body that is too large", { body: JSON.stringify({ x: "y".repeat(1_100_000) }) }, 413],
])("%s is refused and nothing is taken", async (_what, init, status) => {
  const one = listener();
  const response = await one.post(init);
  expect([response.status, one.taken]).toEqual([status, []]);
  expect(response.headers.get("x-openclaw-delivery-accepted")).toBeNull();
});

test("other paths are not there, but the one that tells that it lives", async () => {
  const one = listener();
  expect((await one.post({}, "/other")).status).toBe(404);
  const health = await fetch(`${one.root}/healthz`);
  expect([health.status, await health.text()]).toEqual([200, "ok"]);
  expect((await one.post({}, "/healthz")).status).toBe(405);
});

test("what cannot be stored is answered so that Telegram comes again", async () => {
  const one = listener(() => Promise.reject(new StoreError("disk-full", "the disk is full")));
  const response = await one.post();
  expect(response.status).toBe(503);
  expect(response.headers.get("x-openclaw-delivery-accepted")).toBeNull();
});

test("too many wrong secrets close the door before the secret is looked at, for a minute", async () => {
  const one = listener();
  const wrong = { headers: { ...HEADERS, "x-telegram-bot-api-secret-token": "guess" } };
  for (let count = 0; count < 20; count++) expect((await one.post(wrong)).status).toBe(401);
  const closed = await one.post();
  expect([closed.status, closed.headers.get("retry-after"), one.taken]).toEqual([429, "60", []]);
  one.clock.advance(60_000);
  expect((await one.post()).status).toBe(200);
});

test("behind a proxy on this machine each caller is counted apart, by what the proxy says last", async () => {
  const one = listener();
  const from = (address: string, secret: string) => ({
    headers: { ...HEADERS, "x-telegram-bot-api-secret-token": secret, "x-forwarded-for": address },
  });
  for (let count = 0; count < 20; count++) await one.post(from("149.154.160.1, 203.0.113.9", "guess"));
  expect((await one.post(from("203.0.113.9", SECRET))).status).toBe(429);
  expect((await one.post(from("149.154.160.1", SECRET))).status).toBe(200);
});

test("an address is the same one in every notation", () => {
  for (const peer of [
    "203.0.113.9",
    "::ffff:203.0.113.9",
    "::FFFF:203.0.113.9",
    "0:0:0:0:0:ffff:203.0.113.9",
    "::ffff:cb00:7109",
  ]) {
    expect(callerOf(peer, null)).toBe("203.0.113.9");
  }
  expect(callerOf("203.0.113.9", "1.2.3.4")).toBe("203.0.113.9");
  expect(callerOf("::ffff:127.0.0.1", "1.2.3.4, ::ffff:203.0.113.9")).toBe("for 203.0.113.9");
});

test("whoever has a network of IPv6 is one caller", () => {
  const network = "2001:db8:0:7::/64";
  for (const peer of ["2001:db8:0:7::1", "2001:db8::7:1:2:3:4", "2001:0DB8:0:0007:ffff:ffff:ffff:ffff"]) {
    expect(callerOf(peer, null)).toBe(network);
  }
  expect(callerOf("::1", "2001:db8:0:7:aaaa::")).toBe(`for ${network}`);
  expect(callerOf("2001:db8:0:8::1", null)).not.toBe(network);
  expect(callerOf("fe80::1%eth0", null)).toBe("fe80:0:0:0::/64");
});

test("a crowd of addresses fills no memory, and who was known before is still counted apart", () => {
  const clock = new ManualClock();
  const gate = new FailureGate(clock);
  for (let count = 0; count < 20; count++) gate.failed("known");
  for (let count = 0; count < 10_000; count++) gate.failed(`stranger ${count}`);
  expect(gate.closedForMs("known")).toBe(60_000);
  expect(gate.closedForMs("stranger 9999")).toBeGreaterThan(0);
  clock.advance(60_000);
  expect([gate.closedForMs("known"), gate.closedForMs("stranger 9999")]).toEqual([0, 0]);
});

test("without a secret it does not listen, and the account says why", () => {
  const clock = new ManualClock();
  const settings = { host: "127.0.0.1", port: 0, path: "/x", secret: "  " };
  expect(() => listenForUpdates(settings, { clock, take: () => Promise.resolve() })).toThrow("secret");
  for (const webhookSecret of [undefined, "", "  "]) {
    const account = accountOf({
      botToken: "4242:AAtinytoken",
      webhookUrl: "https://a.example/",
      ...(webhookSecret !== undefined && { webhookSecret }),
    });
    expect([account.configured, account.problem]).toEqual([false, expect.stringContaining("webhookSecret")]);
  }
});

interface Scene {
  readonly fake: FakeTelegram;
  readonly settings: Record<string, unknown>;
  readonly port: number;
}

async function scene(): Promise<Scene> {
  const fake = await FakeTelegram.start({ webhookRetryMs: 20 });
  cleanup.push(() => fake.stop());
  const port = await freePort();
  return {
    fake,
    port,
    settings: {
      apiRoot: fake.apiRoot,
      botToken: fake.bot().token,
      webhookUrl: `http://127.0.0.1:${port}/telegram-webhook`,
      webhookSecret: SECRET,
      webhookPort: port,
    },
  };
}

async function start(settings: object, from?: RecordedContext) {
  const clock = new ManualClock(Date.now());
  const context = recordedContext(settings, { clock, ...(from && { from }) });
  const channel = telegramChannel({ openMedia: () => Promise.reject(new Error("none")), random: () => 0 });
  const connection = await channel.start(context);
  cleanup.push(() => within("the connection to stop", connection.stop()));
  return { clock, context, connection };
}

test("Telegram calls the listener, and what it tells twice is one message", async () => {
  const { fake, settings, port } = await scene();
  const running = await start(settings);
  await until("it is ready", () => running.connection.status().lifecycle === "ready");
  expect(fake.journal.of("setWebhook")[0]?.body).toMatchObject({
    url: settings["webhookUrl"],
    secret_token: SECRET,
    drop_pending_updates: false,
    allowed_updates: expect.arrayContaining(["message", "message_reaction", "callback_query"]),
  });
  expect(running.connection.status()).toMatchObject({ mode: "webhook", connected: true });
  const said = fake.user().says("by webhook");
  await until("it is durable", () => wordsIn(running.context).length === 1);
  const again = { update_id: 700_000_001, message: said };
  for (let count = 0; count < 2; count++) {
    const response = await fetch(`http://127.0.0.1:${port}/telegram-webhook`, {
      method: "POST",
      headers: HEADERS,
      body: JSON.stringify(again),
    });
    expect(response.status).toBe(200);
  }
  expect(wordsIn(running.context)).toEqual(["by webhook"]);
});

test("what could not be stored comes again by itself", async () => {
  const { fake, settings } = await scene();
  const running = await start(settings);
  await until("it is ready", () => running.connection.status().lifecycle === "ready");
  running.context.faults.push(new StoreError("busy", "locked"), new StoreError("busy", "locked"));
  fake.user().says("again and again");
  await until("it is durable", () => wordsIn(running.context).length === 1);
});

test("while too many messages wait, calls wait a moment and are then told to come again", async () => {
  const { fake, settings, port } = await scene();
  const clock = new ManualClock(Date.now());
  const context = recordedContext(settings, { clock });
  const room = Promise.withResolvers<void>();
  const waiting = Promise.withResolvers<void>();
  const ready = (signal: AbortSignal) => {
    waiting.resolve();
    const given = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => given.resolve(), { once: true });
    return Promise.race([room.promise, given.promise]);
  };
  const channel = telegramChannel({ openMedia: () => Promise.reject(new Error("none")), random: () => 0 });
  const connection = await channel.start({ ...context, ready });
  cleanup.push(() => within("the connection to stop", connection.stop()));
  await until("it is ready", () => connection.status().lifecycle === "ready");
  const call = () =>
    fetch(`http://127.0.0.1:${port}/telegram-webhook`, {
      method: "POST",
      headers: HEADERS,
      body: JSON.stringify(UPDATE),
    });
  const early = call();
  await within("it to wait for room", waiting.promise);
  clock.advance(ROOM_PATIENCE_MS);
  expect([(await within("it to be told to come again", early)).status, wordsIn(context)]).toEqual([503, []]);
  room.resolve();
  expect([(await call()).status, wordsIn(context)]).toEqual([200, ["hi"]]);
  expect(fake.journal.of("setWebhook")).toHaveLength(1);
});

test("a taken port is said with the command that takes another, and tried again", async () => {
  const { settings, port } = await scene();
  const other = Bun.serve({ hostname: "127.0.0.1", port, fetch: () => new Response() });
  const running = await start(settings);
  await until("it is told", () => running.connection.status().lifecycle === "recovering");
  expect(running.connection.status().issue).toMatchObject({
    kind: "webhook",
    message: expect.stringContaining(`127.0.0.1:${port}`),
    fix: "Free the port, or take another: openclaw config set channels.telegram.webhookPort <port>",
  });
  await other.stop(true);
  running.clock.advance(30_000);
  await until("it listens", () => running.connection.status().lifecycle === "ready");
});

test("a webhook that was set to another address is set again", async () => {
  const { fake, settings } = await scene();
  const running = await start(settings);
  await until("it is ready", () => running.connection.status().lifecycle === "ready");
  await fetch(`${fake.apiRoot}/bot${String(settings["botToken"])}/setWebhook?url=http://127.0.0.1:1/other`);
  running.clock.advance(WEBHOOK_LOOK_MS);
  await until("it is noticed", () => running.connection.status().issue?.kind === "conflict");
  running.clock.advance(30_000);
  await until("it is set again", () => running.connection.status().lifecycle === "ready");
  fake.user().says("mine");
  await until("it is durable", () => wordsIn(running.context).length === 1);
});

test("deliveries Telegram cannot make are shown with what it says, until they arrive", async () => {
  const { fake, settings, port } = await scene();
  const wrong = { ...settings, webhookUrl: `http://127.0.0.1:${port}/elsewhere` };
  const running = await start(wrong);
  await until("it is ready", () => running.connection.status().lifecycle === "ready");
  fake.user().says("lost?");
  const [bot] = fake.world.bots.values();
  await until("Telegram to have tried", () => bot?.webhook?.lastError !== undefined);
  running.clock.advance(WEBHOOK_LOOK_MS);
  await until("it is shown", () => running.connection.status().lifecycle === "recovering");
  expect(running.connection.status().issue).toMatchObject({
    kind: "webhook",
    message: expect.stringContaining("404"),
  });
});

test("leaving the mode takes the webhook away, and what waited for it is polled", async () => {
  const { fake, settings } = await scene();
  const hooked = await start(settings);
  await until("it is ready", () => hooked.connection.status().lifecycle === "ready");
  await hooked.connection.stop();
  fake.user().says("between the modes");
  const { webhookUrl: _url, webhookSecret: _secret, ...polled } = settings;
  const polling = await start(polled, hooked.context);
  await until("it is durable", () => wordsIn(polling.context).length === 1);
  expect(fake.journal.of("deleteWebhook")).toHaveLength(1);
  expect(polling.connection.status().mode).toBe("polling");
});

test("a certificate is given to Telegram; one that is missing is said", async () => {
  await using home = await tempHome();
  const { fake, settings } = await scene();
  const certificate = await home.write("cert.pem", "-----BEGIN CERTIFICATE-----");
  const running = await start({ ...settings, webhookCertPath: certificate });
  const call = await fake.journal.call("setWebhook");
  expect(call.headers["content-type"]).toContain("multipart/form-data");
  await running.connection.stop();
  const missing = await start({ ...settings, webhookCertPath: home.at("gone.pem") });
  await until("it is told", () => missing.connection.status().issue !== undefined);
  expect(missing.connection.status().issue?.fix).toBe(
    "openclaw config set channels.telegram.webhookCertPath <file>",
  );
});

test("a revoked token blocks it, and the listener is gone", async () => {
  const { fake, settings, port } = await scene();
  const running = await start(settings);
  await until("it is ready", () => running.connection.status().lifecycle === "ready");
  for (const bot of fake.world.bots.values()) fake.revoke(bot);
  running.clock.advance(WEBHOOK_LOOK_MS);
  await until("it is blocked", () => running.connection.status().lifecycle === "blocked");
  await until("nobody listens", async () =>
    fetch(`http://127.0.0.1:${port}/healthz`).then(
      () => false,
      () => true,
    ),
  );
});
