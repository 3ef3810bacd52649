import { afterEach, beforeEach, expect, test } from "bun:test";
import { until } from "../../../support/wait.ts";
import { type Bot, type Caller, caller, FakeTelegram, type Person } from "../index.ts";

let telegram: FakeTelegram;
let bot: Bot;
let al: Person;
let call: Caller;
let received: { readonly text: string; readonly secret: string | null }[];
let answer: () => Response | Promise<Response>;
let receiver: ReturnType<typeof listen>;

function listen() {
  return Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const { message } = (await request.json()) as { message: { text: string } };
      received.push({ text: message.text, secret: request.headers.get("x-telegram-bot-api-secret-token") });
      return answer();
    },
  });
}

beforeEach(async () => {
  telegram = await FakeTelegram.start({ webhookRetryMs: 10 });
  bot = telegram.bot();
  al = telegram.user();
  call = caller(telegram, bot);
  received = [];
  answer = () => new Response();
  receiver = listen();
});
afterEach(async () => {
  await telegram.stop();
  await receiver.stop(true);
});

const url = () => `http://127.0.0.1:${receiver.port}/hook`;

test("updates are posted with the secret, those of a chat in order, and are gone when taken", async () => {
  al.says("before");
  await call.ok("setWebhook", { url: url(), secret_token: "s3cret" });
  al.says("one");
  al.says("two");
  await until("all updates", () => received.length === 3);
  expect(received).toEqual(["before", "one", "two"].map((text) => ({ text, secret: "s3cret" })));
  await until("nothing pending", () => bot.queue.pending.length === 0);
  expect(await call.refused("getUpdates")).toStartWith("Conflict: can't use getUpdates method while webhook");
});

test("what is not taken is sent again, and the last error is told", async () => {
  let refusals = 2;
  answer = () => new Response("", { status: (refusals -= 1) >= 0 ? 500 : 200 });
  await call.ok("setWebhook", { url: url() });
  al.says("again");
  await until("the third attempt to be taken", () => bot.queue.pending.length === 0);
  expect(received).toHaveLength(3);
  expect(await call.ok("getWebhookInfo")).toMatchObject({
    url: url(),
    pending_update_count: 0,
    last_error_message: "Wrong response from the webhook: 500 Internal Server Error",
  });
});

test("updates wait while nobody listens, and getUpdates has them once the webhook is gone", async () => {
  await call.ok("setWebhook", { url: "http://127.0.0.1:1/hook" });
  al.says("kept");
  await until("an attempt", () => bot.webhook?.lastError !== undefined);
  expect(await call.ok("getWebhookInfo")).toMatchObject({ pending_update_count: 1 });
  await call.ok("deleteWebhook", { drop_pending_updates: false });
  expect(await call.ok("getUpdates")).toMatchObject([{ message: { text: "kept" } }]);
});

test("setting a webhook ends the long poll with 409", async () => {
  const poll = call("getUpdates", { timeout: 30 });
  await until("the poll to wait", () => bot.queue.isPolled);
  await call.ok("setWebhook", { url: url() });
  expect(await poll).toMatchObject({
    error_code: 409,
    description: "Conflict: terminated by setWebhook request",
  });
  expect(await call.refused("setWebhook", { url: url(), secret_token: "no blanks" })).toBe(
    "Bad Request: secret token contains unallowed characters",
  );
});
