import { afterEach, expect, test } from "bun:test";
import { Observed } from "../../../../src/channels/telegram/link/observed.ts";
import { errorOf, faults } from "../../../fakes/telegram/index.ts";
import { ManualClock, until } from "../../../support/index.ts";
import { wordsIn } from "../context.ts";
import { endAll, polling, ready, scene } from "./polling.ts";

afterEach(endAll);

test("a server that takes the request and says nothing is noticed within 40 s and given up", async () => {
  const { fake, bot, al } = await scene();
  const one = await polling(fake, bot);
  await until("a poll is open", () => bot.queue.isPolled);
  fake.blackHole();
  fake.breakConnections();
  await until("the line is known to be broken", () => one.observed.lifecycle === "recovering");
  one.clock.advance(1_000);
  await until("it asks again", () => fake.journal.of("getUpdates").length === 3);
  one.clock.advance(40_000);
  await until("the silence is noticed", () => one.observed.failures === 2);
  expect(one.observed.status()).toMatchObject({ connected: false, lifecycle: "recovering" });
  await fake.recover();
  al.says("after the silence");
  one.clock.advance(2_000);
  await until("the message is durable", () => wordsIn(one.context).length === 1);
  await ready(one);
});

test("a poll that is held open and black-holed ends after its time and ten seconds", async () => {
  const { fake, bot } = await scene();
  const one = await polling(fake, bot);
  await until("a poll is open", () => bot.queue.isPolled);
  fake.blackHole();
  one.clock.advance(39_000);
  expect(one.observed.lifecycle).toBe("ready");
  one.clock.advance(1_000);
  await until("it is told", () => one.observed.lifecycle === "recovering");
  expect(one.observed.status().lastError).toBe("Telegram did not answer getUpdates within 40 s");
});

test.each([
  ["a server in trouble", () => faults.status(500), 1_000],
  ["a front in trouble", () => faults.html(502), 1_000],
  ["a reset", () => faults.reset(), 1_000],
  ["an answer that is cut off", () => faults.truncated(), 1_000],
  ["a flood", () => faults.tooMany(7), 7_000],
])("%s is waited out and recovers by itself", async (_what, fault, waitMs) => {
  const { fake, bot, al } = await scene();
  fake.faults.add("getUpdates", fault(), { times: 1 });
  const one = await polling(fake, bot);
  await until("it is told", () => one.observed.lifecycle === "recovering");
  expect(one.observed.status().reconnectAttempts).toBe(1);
  const asked = fake.journal.of("getUpdates").length;
  one.clock.advance(waitMs - 1);
  await Bun.sleep(0);
  expect(fake.journal.of("getUpdates")).toHaveLength(asked);
  al.says("after");
  one.clock.advance(1);
  await until("the message is durable", () => wordsIn(one.context).length === 1);
  await ready(one);
  expect(one.observed.status()).toMatchObject({ reconnectAttempts: 0, connected: true });
  expect(one.observed.status().lastError).toBeUndefined();
});

test("while the network is away it tries after 1, 2, 4 … 30 s, and says after three tries what to look at", async () => {
  const { fake, bot } = await scene();
  const one = await polling(fake, bot);
  await ready(one);
  await fake.goOffline();
  for (const [failures, pauseMs] of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000].entries()) {
    await until(`failure ${failures + 1}`, () => one.observed.failures === failures + 1);
    expect(one.observed.status().issue?.kind).toBe(failures + 1 >= 3 ? "network" : undefined);
    one.clock.advance(pauseMs);
  }
  await until("failure 7", () => one.observed.failures === 7);
  await fake.recover();
  one.clock.advance(30_000);
  await ready(one);
});

test("another poller is met with patience: at least a poll's time, longer each time, and it is said what to do", async () => {
  const { fake, bot, al } = await scene();
  const rule = fake.faults.add("getUpdates", faults.refuse(errorOf(409)));
  const one = await polling(fake, bot);
  for (const [count, pauseMs] of [30_000, 60_000, 120_000, 240_000, 480_000, 600_000].entries()) {
    await until(`conflict ${count + 1}`, () => one.observed.failures === count + 1);
    one.clock.advance(pauseMs - 1);
    await Bun.sleep(1);
    expect(one.observed.failures).toBe(count + 1);
    one.clock.advance(1);
  }
  await until("conflict 7", () => one.observed.failures === 7);
  expect(one.observed.status()).toMatchObject({
    lifecycle: "recovering",
    issue: { kind: "conflict", fix: expect.stringContaining("@BotFather") },
  });
  rule.lift();
  al.says("mine again");
  one.clock.advance(600_000);
  await until("it receives again", () => wordsIn(one.context).length === 1);
});

test("a webhook somebody set meanwhile is taken away, and polling goes on", async () => {
  const { fake, bot, al } = await scene();
  const one = await polling(fake, bot);
  await until("a poll is open", () => bot.queue.isPolled);
  fake.faults.add("getUpdates", faults.refuse(webhookActive()), { times: 1 });
  fake.journal.clear();
  fake.breakConnections();
  await until("the line is known to be broken", () => one.observed.failures === 1);
  one.clock.advance(1_000);
  await until("the webhook is known", () => one.observed.failures === 2);
  al.says("between");
  one.clock.advance(60_000);
  await until("it goes on", () => wordsIn(one.context).length === 1);
  expect(fake.journal.of("deleteWebhook")).toHaveLength(1);
});

function webhookActive() {
  const error = errorOf(409);
  return Object.assign(error, {
    description:
      "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
  });
}

test("what is wrong is said before what could be better", () => {
  const observed = new Observed(new ManualClock(), "polling", () => {});
  const advice = { kind: "permissions", message: "Only some messages are shown.", fix: "/setprivacy" };
  observed.works();
  observed.advise(advice);
  expect(observed.status().issue).toEqual(advice);
  observed.fails({ lifecycle: "recovering", error: "it broke" });
  expect(observed.status()).toMatchObject({ lifecycle: "recovering", lastError: "it broke" });
  expect(observed.status().issue).toBeUndefined();
  observed.works();
  expect(observed.status().issue).toEqual(advice);
});

test("a revoked token ends it: nobody is asked again and again", async () => {
  const { fake, bot } = await scene();
  const one = await polling(fake, bot);
  await until("a poll is open", () => bot.queue.isPolled);
  fake.revoke(bot);
  // What is open is ended as if somebody else polled; it is told of the token when it asks again.
  await until("its poll is ended", () => one.observed.failures === 1);
  one.clock.advance(30_000);
  await until("it is blocked", () => one.observed.lifecycle === "blocked");
  expect(one.observed.status().issue).toMatchObject({ kind: "auth" });
  expect(await one.stop()).toBe("revoked");
});

test("after a sleep the poll that was open is given up at once and the next one is asked without a pause", async () => {
  const { fake, bot, al } = await scene();
  const one = await polling(fake, bot);
  await until("a poll is open", () => bot.queue.isPolled);
  fake.blackHole();
  al.says("in your sleep");
  const [, poll] = fake.journal.of("getUpdates");
  await fake.journal.when("the answer to be swallowed", () => poll?.outcome === "lost");
  await fake.recover();
  // What sleeping looks like: no time for timers, then much of it.
  one.clock.leap(3_600_000);
  one.clock.advance(5_000);
  // No time passes any more.
  await until("the message is durable", () => wordsIn(one.context).length === 1);
});
