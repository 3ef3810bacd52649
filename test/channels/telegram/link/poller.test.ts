import { afterEach, expect, test } from "bun:test";
import { telegramClient } from "../../../../src/channels/telegram/client/index.ts";
import { identify } from "../../../../src/channels/telegram/link/identity.ts";
import { Intake } from "../../../../src/channels/telegram/link/intake.ts";
import { Observed } from "../../../../src/channels/telegram/link/observed.ts";
import { Poller } from "../../../../src/channels/telegram/link/poller.ts";
import { StoreError } from "../../../../src/store/index.ts";
import { ManualClock, until, within } from "../../../support/index.ts";
import { silence, tinyBotApi, TOKEN } from "../bot-api.ts";
import { recordedContext, type RecordedContext, wordsIn } from "../context.ts";
import { endAll, offsets, polling, pollingAt, ready, scene } from "./polling.ts";

afterEach(endAll);

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

test("a restart goes on where the last commit was, and another bot begins at its own beginning", async () => {
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
});

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
  const asked = Promise.withResolvers<void>();
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
    context: {
      ...context,
      ready: () => {
        asked.resolve();
        return room.promise;
      },
    },
    observed: new Observed(clock, "polling", () => {}),
    intake: new Intake(context),
    identify: (signal) => identify(client, bot.token, context, signal),
    prepared: () => {},
    woke: () => {},
    random: () => 0,
  }).run(end.signal);
  al.says("waits");
  await within("it to ask for room", asked.promise);
  expect(fake.journal.of("getUpdates")).toEqual([]);
  room.resolve();
  await until("it is durable", () => wordsIn(context).length === 1);
  end.abort();
  await within("the poller to stop", run);
});

test("after a quiet week it asks from the beginning, since Telegram may count anew", async () => {
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
  const known = offsets(fake, bot).length;
  later.clock.advance(7 * 86_400_000);
  await until("the poll of a week ago is given up", () => later.observed.failures === 1);
  later.clock.advance(1_000);
  await until("it asks again", () => offsets(fake, bot).length > known);
  expect(offsets(fake, bot).at(-1)).toBeUndefined();
});

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
    if (life % 3 === 1) {
      await until("the store to be locked", () => one.observed.failures === 1);
      one.clock.advance(1_000);
    }
    await until("it gets on", isOver);
    await one.stop();
    from = one.context;
  }
  expect(wordsIn(from)).toEqual(updates.map((_, index) => String(index)));
  expect(from.cursors.get("bot:4242")).toBe("1120");
});

test("a server that answers without waiting, or repeats itself, is asked once a second at most", async () => {
  let updates: readonly unknown[] = [];
  const asked: { readonly offset: unknown; readonly at: number }[] = [];
  let now = () => 0;
  await using api = tinyBotApi(({ method, payload }) => {
    if (method !== "getUpdates") return undefined;
    asked.push({ offset: payload["offset"], at: now() });
    return { result: updates };
  });
  const one = await pollingAt(api.root, TOKEN);
  now = () => one.clock.now();
  /** When it asked from `offset` on, once it did so often enough; time passes meanwhile. */
  const times = (offset: number | undefined) =>
    until(`polls from ${offset} on`, () => {
      one.clock.advance(100);
      const found = asked.filter((poll) => poll.offset === offset).map(({ at }) => at);
      return found.length > 4 && found;
    });
  const shortest = (at: readonly number[]) =>
    Math.min(...at.slice(1).map((time, index) => time - (at[index] ?? 0)));
  // The first one asks whether all is well, and the next one follows at once.
  expect(shortest((await times(undefined)).slice(1))).toBeGreaterThanOrEqual(1_000);
  updates = [{ update_id: 5 }];
  expect(shortest(await times(6))).toBeGreaterThanOrEqual(1_000);
});
