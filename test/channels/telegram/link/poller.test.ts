import { afterEach, expect, test } from "bun:test";
import { telegramClient } from "../../../../src/channels/telegram/client/index.ts";
import { identify } from "../../../../src/channels/telegram/link/identity.ts";
import { Intake } from "../../../../src/channels/telegram/link/intake.ts";
import { Observed } from "../../../../src/channels/telegram/link/observed.ts";
import { Poller } from "../../../../src/channels/telegram/link/poller.ts";
import { StoreError } from "../../../../src/store/index.ts";
import { type Bot, errorOf, FakeTelegram, faults } from "../../../fakes/telegram/index.ts";
import { ManualClock, until, within } from "../../../support/index.ts";
import { silence, tinyBotApi, TOKEN } from "../bot-api.ts";
import { recordedContext, type RecordedContext, wordsIn } from "../context.ts";

const cleanup: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of cleanup.splice(0).reverse()) await end();
});

/** The Bot API holds a poll back that asks for the same again within three seconds. */
const SLOW_TEST_MS = 20_000;

interface Polling {
  readonly context: RecordedContext;
  readonly observed: Observed;
  readonly clock: ManualClock;
  /** Ends it and answers how it ended. */
  stop(): Promise<string>;
}

const polling = (fake: FakeTelegram, bot: Bot, from?: RecordedContext) =>
  pollingAt(fake.apiRoot, bot.token, from);

async function pollingAt(apiRoot: string, token: string, from?: RecordedContext): Promise<Polling> {
  const clock = new ManualClock(Date.now());
  const context = recordedContext({ apiRoot, botToken: token }, { clock, ...(from && { from }) });
  const client = await telegramClient({
    token,
    apiRoot,
    egress: context.egress,
    policy: { reach: "public", trusted: [apiRoot] },
    clock,
  });
  const observed = new Observed(clock, "polling", () => {});
  const end = new AbortController();
  const poller = new Poller({
    client,
    context,
    observed,
    intake: new Intake(context),
    identify: (signal) => identify(client, token, context, signal),
    prepared: () => {},
    woke: () => {},
    random: () => 0,
  });
  const run = poller.run(end.signal);
  const stop = async () => {
    end.abort();
    return await within("the poller to stop", run);
  };
  cleanup.push(async () => void (await stop()));
  return { context, observed, clock, stop };
}

async function scene() {
  const fake = await FakeTelegram.start();
  cleanup.push(() => fake.stop());
  const bot = fake.bot();
  return { fake, bot, al: fake.user() };
}

const ready = ({ observed }: Polling) => until("it works", () => observed.lifecycle === "ready");
/** A request that was given up may arrive after all, so only those of this bot count. */
const offsets = (fake: FakeTelegram, { token }: Bot) =>
  fake.journal
    .of("getUpdates")
    .filter((call) => call.token === token)
    .map(({ body }) => body["offset"]);

test("it asks who it is, takes a webhook away without losing anything, then polls for what it reads", async () => {
  const { fake, bot, al } = await scene();
  al.says("waiting");
  const one = await polling(fake, bot);
  await until("the message is durable", () => wordsIn(one.context).length === 1);
  await ready(one);
  expect(fake.journal.loud.map(({ method }) => method)).toEqual(["getMe", "deleteWebhook"]);
  expect(fake.journal.of("deleteWebhook")[0]?.body).toEqual({ drop_pending_updates: false });
  const allowed = fake.journal.of("getUpdates")[0]?.body["allowed_updates"];
  expect(allowed).toContain("message_reaction");
  expect(allowed).toContain("callback_query");
  expect(allowed).not.toContain("message_reaction_count");
  expect(one.observed.status()).toMatchObject({
    connected: true,
    mode: "polling",
    self: { id: String(bot.user.id), username: bot.username },
  });
});

test("updates count as received only once they and the offset are durable in one act", async () => {
  const { fake, bot, al } = await scene();
  const one = await polling(fake, bot);
  await ready(one);
  one.context.faults.push(new StoreError("disk-full", "the disk is full"));
  al.says("first");
  await until("it is told", () => one.observed.lifecycle === "recovering");
  expect(one.observed.status()).toMatchObject({ lastError: "the disk is full", issue: { kind: "store" } });
  expect(bot.queue.pending).toHaveLength(1);
  al.says("second");
  one.clock.advance(1_000);
  await until("both are durable", () => wordsIn(one.context).length === 2);
  await ready(one);
  const numbers = one.context.batches.map(({ identity, events, cursor }) => [
    identity,
    events.length > 0,
    cursor,
  ]);
  expect(numbers.at(-1)).toEqual([`bot:${bot.user.id}`, true, one.context.cursors.get(`bot:${bot.user.id}`)]);
  await until("the offset is told", () => bot.queue.pending.length === 0);
});

test(
  "a restart goes on where the last commit was, and another bot begins at its own beginning",
  async () => {
    const { fake, bot, al } = await scene();
    const first = await polling(fake, bot);
    await ready(first);
    al.says("before");
    await until("it is durable", () => wordsIn(first.context).length === 1);
    expect(await first.stop()).toBe("stopped");
    const cursor = Number(first.context.cursors.get(`bot:${bot.user.id}`));
    fake.journal.clear();
    const second = await polling(fake, bot, first.context);
    await ready(second);
    expect(offsets(fake, bot)[0]).toBe(cursor);
    expect(fake.journal.of("getMe")).toEqual([]);
    await second.stop();

    const other = fake.bot();
    fake.journal.clear();
    const third = await polling(fake, other, first.context);
    await ready(third);
    expect(offsets(fake, other)[0]).toBeUndefined();
    expect(fake.journal.of("getMe")).toHaveLength(1);
  },
  SLOW_TEST_MS,
);

test("one request at a time, and the one that is open is over when stopping resolves", async () => {
  let open = 0;
  let most = 0;
  await using api = tinyBotApi(({ method, payload, signal }) => {
    if (method !== "getUpdates" || payload["timeout"] === 0) return undefined;
    most = Math.max(most, ++open);
    signal.addEventListener("abort", () => open--);
    return silence();
  });
  const one = await pollingAt(api.root, TOKEN);
  await until("a poll is open", () => open === 1);
  expect(await one.stop()).toBe("stopped");
  await until("the server sees it go", () => open === 0);
  expect(most).toBe(1);
  const polls = api.calls.filter(({ method }) => method === "getUpdates");
  expect(polls.map(({ payload }) => payload["timeout"])).toEqual([0, 30]);
});

test("a server that takes the request and says nothing is noticed within 40 s and given up", async () => {
  const { fake, bot, al } = await scene();
  const one = await polling(fake, bot);
  await until("a poll is open", () => bot.queue.isPolled);
  fake.blackHole();
  fake.breakConnections();
  await until("the line is known to be broken", () => one.observed.lifecycle === "recovering");
  one.clock.advance(1_000);
  await until("it asks again", () => fake.journal.of("getUpdates").length === 3);
  const since = one.clock.now();
  await until("the silence is noticed", () => {
    one.clock.advance(1_000);
    return one.observed.failures >= 2;
  });
  expect(one.clock.now() - since).toBeLessThanOrEqual(41_000);
  expect(one.observed.status()).toMatchObject({ connected: false, lifecycle: "recovering" });
  await fake.recover();
  al.says("after the silence");
  await until("it recovers", () => {
    one.clock.advance(1_000);
    return wordsIn(one.context).length === 1;
  });
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

test(
  "while the network is away it tries after 1, 2, 4 … 30 s, and says after three tries what to look at",
  async () => {
    const { fake, bot } = await scene();
    const one = await polling(fake, bot);
    await ready(one);
    await fake.goOffline();
    for (const [failures, pauseMs] of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000].entries()) {
      await until(`failure ${failures + 1}`, () => one.observed.failures === failures + 1);
      expect(one.observed.status().issue?.kind).toBe(failures + 1 >= 3 ? "network" : undefined);
      one.clock.advance(pauseMs);
    }
    await fake.recover();
    fake.journal.clear();
    await until("it asks again", () => {
      one.clock.advance(1_000);
      return fake.journal.of("getUpdates").length > 0;
    });
    await ready(one);
  },
  SLOW_TEST_MS,
);

test("another poller is met with patience: at least a poll's time, longer each time, and it is said what to do", async () => {
  const { fake, bot, al } = await scene();
  const rule = fake.faults.add("getUpdates", faults.refuse(errorOf(409)));
  const one = await polling(fake, bot);
  for (const [count, pauseMs] of [30_000, 60_000, 120_000, 240_000, 480_000, 600_000, 600_000].entries()) {
    await until(`conflict ${count + 1}`, () => one.observed.failures === count + 1);
    one.clock.advance(pauseMs - 1);
    await Bun.sleep(1);
    expect(one.observed.failures).toBe(count + 1);
    one.clock.advance(1);
  }
  expect(one.observed.status()).toMatchObject({
    lifecycle: "recovering",
    issue: { kind: "conflict", fix: expect.stringContaining("@BotFather") },
  });
  rule.lift();
  al.says("mine again");
  await until("it receives again", () => {
    one.clock.advance(600_000);
    return wordsIn(one.context).length === 1;
  });
});

test("a webhook somebody set meanwhile is taken away, and polling goes on", async () => {
  const { fake, bot, al } = await scene();
  const one = await polling(fake, bot);
  await ready(one);
  fake.faults.add("getUpdates", faults.refuse(webhookActive()), { times: 1 });
  fake.journal.clear();
  fake.breakConnections();
  al.says("between");
  await until("it goes on", () => {
    one.clock.advance(30_000);
    return wordsIn(one.context).length === 1;
  });
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
  await ready(one);
  fake.revoke(bot);
  await until("it is blocked", () => {
    one.clock.advance(30_000);
    return one.observed.lifecycle === "blocked";
  });
  expect(one.observed.status().issue).toMatchObject({ kind: "auth" });
  expect(await one.stop()).toBe("revoked");
});

test("after a sleep the poll that was open is given up at once and the next one is asked without a pause", async () => {
  const { fake, bot, al } = await scene();
  const one = await polling(fake, bot);
  await until("a poll is open", () => bot.queue.isPolled);
  fake.blackHole();
  // What sleeping looks like: no time for timers, then much of it.
  one.clock.leap(3_600_000);
  one.clock.advance(5_000);
  await fake.recover();
  al.says("good morning");
  await until("the message is durable", () => {
    one.clock.advance(1_000);
    return wordsIn(one.context).length === 1;
  });
  expect(one.clock.now()).toBeLessThan(Date.now() + 3_700_000);
});

test("an update that cannot be read is kept as that, and those behind it come in", async () => {
  const { fake, bot, al } = await scene();
  const one = await polling(fake, bot);
  await ready(one);
  fake.world.tell(bot, { message: { message_id: "what", chat: 7 } });
  al.says("behind it");
  await until("the one behind it is durable", () => wordsIn(one.context).length === 1);
  expect([...one.context.events.values()].map(({ event }) => event.kind)).toEqual(["unreadable", "message"]);
  await until("both are confirmed", () => bot.queue.pending.length === 0);
});

test("what the inbox cannot take as it is does not hold up the rest", async () => {
  const { fake, bot, al } = await scene();
  const one = await polling(fake, bot);
  await ready(one);
  const odd = new StoreError("failed", "no such thing");
  one.context.faults.push(odd, odd);
  al.says("odd");
  await until("the odd one is kept", () => one.context.events.size === 1);
  al.says("fine");
  await until("the next one is durable", () => wordsIn(one.context).length === 1);
  expect([...one.context.events.values()].map(({ event }) => event.kind)).toEqual(["unreadable", "message"]);
  expect(one.observed.lifecycle).toBe("ready");
});

test("nothing is asked for while there is no room", async () => {
  const { fake, bot, al } = await scene();
  const room = Promise.withResolvers<void>();
  const clock = new ManualClock(Date.now());
  const context = recordedContext({ apiRoot: fake.apiRoot, botToken: bot.token }, { clock });
  const client = await telegramClient({
    token: bot.token,
    apiRoot: fake.apiRoot,
    egress: context.egress,
    policy: { reach: "public", trusted: [fake.apiRoot] },
    clock,
  });
  const end = new AbortController();
  const run = new Poller({
    client,
    context: { ...context, ready: () => room.promise },
    observed: new Observed(clock, "polling", () => {}),
    intake: new Intake(context),
    identify: (signal) => identify(client, bot.token, context, signal),
    prepared: () => {},
    woke: () => {},
    random: () => 0,
  }).run(end.signal);
  al.says("waits");
  await fake.journal.call("deleteWebhook");
  await Bun.sleep(20);
  expect(fake.journal.of("getUpdates")).toEqual([]);
  room.resolve();
  await until("it is durable", () => wordsIn(context).length === 1);
  end.abort();
  await within("the poller to stop", run);
});

test(
  "after a quiet week it asks from the beginning, since Telegram may count anew",
  async () => {
    const { fake, bot, al } = await scene();
    const one = await polling(fake, bot);
    await ready(one);
    al.says("last words");
    await until("they are durable", () => wordsIn(one.context).length === 1);
    await one.stop();
    const week = await polling(fake, bot, one.context);
    await ready(week);
    await week.stop();
    fake.journal.clear();
    const later = await polling(fake, bot, one.context);
    await until("a poll is open", () => bot.queue.isPolled);
    later.clock.advance(7 * 86_400_000);
    await until("it asks from the beginning", () => {
      later.clock.advance(60_000);
      return offsets(fake, bot).at(-1) === undefined;
    });
  },
  SLOW_TEST_MS,
);

test("ended at any moment and begun anew, it brings every message once and in order", async () => {
  const updates = Array.from({ length: 120 }, (_, index) => ({
    update_id: 1_000 + index,
    message: {
      message_id: index + 1,
      date: 1,
      chat: { id: 5, type: "private" },
      from: { id: 5, is_bot: false, first_name: "Al" },
      text: String(index),
    },
  }));
  await using api = tinyBotApi(({ method, payload }) => {
    if (method !== "getUpdates") return undefined;
    const offset = typeof payload["offset"] === "number" ? payload["offset"] : 0;
    return { result: updates.filter(({ update_id }) => update_id >= offset).slice(0, 3) };
  });
  let from: RecordedContext | undefined;
  for (let life = 0; from === undefined || wordsIn(from).length < updates.length; life++) {
    const one = await pollingAt(api.root, TOKEN, from);
    if (life % 3 === 1) one.context.faults.push(new StoreError("busy", "locked"));
    const before = one.context.events.size;
    const isOver = () =>
      one.context.events.size > before + (life % 7) || one.context.events.size === updates.length;
    await until("it gets on", () => {
      one.clock.advance(1_000);
      return isOver();
    });
    await one.stop();
    from = one.context;
  }
  expect(wordsIn(from)).toEqual(updates.map((_, index) => String(index)));
  expect(from.cursors.get("bot:4242")).toBe("1120");
});

test("a server that answers without waiting, or repeats itself, is asked once a second", async () => {
  let updates: readonly unknown[] = [];
  await using api = tinyBotApi(({ method }) => (method === "getUpdates" ? { result: updates } : undefined));
  const one = await pollingAt(api.root, TOKEN);
  const polls = () => api.calls.filter(({ method }) => method === "getUpdates").length;
  await until("two polls", () => polls() === 2);
  await Bun.sleep(20);
  expect(polls()).toBe(2);
  updates = [{ update_id: 5 }];
  one.clock.advance(1_000);
  await until("the offset is told", () => polls() === 4);
  await Bun.sleep(20);
  expect(polls()).toBe(4);
});
