import { expect } from "bun:test";
import type { ArrivedEvent, NewDelivery } from "../../src/store/index.ts";
import { ENDED_ROW_MIN_AGE_MS, ENDED_ROW_TTL_MS, ENDED_ROWS_PER_ACCOUNT } from "../../src/store/limits.ts";
import type { StorePlace } from "./contract.ts";
import { runIdOf } from "./runs-contract.ts";
import { keyOf, promises } from "./sessions-contract.ts";

/** An event of chat `1`, as Telegram would tell it. */
export function arrived(n: number, over: Partial<ArrivedEvent> = {}): ArrivedEvent {
  return {
    channel: "telegram",
    identity: "bot:1",
    accountId: "default",
    eventKey: `message:1:${n}`,
    lane: "1",
    event: { kind: "message", text: `hello ${n}` },
    ...over,
  };
}

/** A delivery of `parts` calls to chat `1`. */
export function delivery(parts: number, over: Partial<NewDelivery> = {}): NewDelivery {
  return {
    channel: "telegram",
    accountId: "default",
    lane: "1",
    target: { chatId: "1" },
    parts: Array.from({ length: parts }, (_, i) => ({ text: `part ${i}` })),
    origin: "reply",
    summary: "hello",
    ...over,
  };
}

const cursor = (value: string, identity = "bot:1") => ({ channel: "telegram", identity, value });

/** What every engine promises of the inbox. */
export function inboxContract(engine: string, makePlace: () => StorePlace): void {
  const promise = promises(engine, makePlace);
  const run = runIdOf("telegram:1");

  promise(
    "an event is taken once, with how far the stream was read, also after a restart and once it is over",
    async (store, clock, reopen) => {
      expect(await store.inbox.cursor("telegram", "bot:1")).toBeUndefined();
      const taken = await store.inbox.accept([arrived(1), arrived(2), arrived(1)], cursor("3"));
      expect(taken).toEqual([
        { ...arrived(1), id: 1, state: "waiting", acceptedAt: clock.now(), attempts: 0, notBefore: 0 },
        { ...arrived(2), id: 2, state: "waiting", acceptedAt: clock.now(), attempts: 0, notBefore: 0 },
      ]);
      await store.inbox.settle([1], "answered", []);
      const again = await reopen();
      const more = await again.inbox.accept([arrived(1), arrived(2), arrived(3)], cursor("4"));
      expect(more).toMatchObject([arrived(3)]);
      expect(await again.inbox.cursor("telegram", "bot:1")).toBe("4");
      expect(await again.inbox.waiting()).toMatchObject([{ id: 2, ...arrived(2) }, arrived(3)]);
    },
  );

  promise("the same key of another bot is another event, and so is its stream", async (store) => {
    await store.inbox.accept([arrived(1)], cursor("9"));
    expect(await store.inbox.accept([arrived(1, { identity: "bot:2" })])).toHaveLength(1);
    expect(await store.inbox.cursor("telegram", "bot:2")).toBeUndefined();
    await store.inbox.accept([], cursor("10"));
    expect(await store.inbox.cursor("telegram", "bot:1")).toBe("10");
  });

  promise(
    "an attempt is counted when it is begun, and taken back when it should not count",
    async (store, clock) => {
      await store.inbox.accept([arrived(1), arrived(2)]);
      await store.inbox.settle([2], "ignored:empty", []);
      expect(await store.inbox.begin([1, 2], run)).toMatchObject([{ id: 1, attempts: 1, runId: run }]);
      const notBefore = clock.now() + 1_000;
      await store.inbox.postpone([1], { error: "busy", notBefore });
      expect(await store.inbox.get(1)).toMatchObject({ attempts: 1, notBefore, lastError: "busy" });
      await store.inbox.begin([1], run);
      await store.inbox.postpone([1], { error: "stopping", notBefore, uncounted: true });
      expect(await store.inbox.get(1)).toMatchObject({ attempts: 1, runId: run, state: "waiting" });
    },
  );

  promise("a preview is known until its message is over", async (store, _, reopen) => {
    await store.inbox.accept([arrived(1)]);
    await store.inbox.keepDraft(1, { messageId: "7" });
    const again = await reopen();
    expect(await again.inbox.get(1)).toMatchObject({ draft: { messageId: "7" } });
    await again.inbox.settle([1], "answered", []);
    const over = await again.inbox.get(1);
    expect(over?.draft).toBeUndefined();
    expect(over?.event).toBeUndefined();
  });

  promise(
    "what answers a message goes out if and only if the message was not over before",
    async (store, clock) => {
      await store.inbox.accept([arrived(1), arrived(2)]);
      const reply = delivery(1, { idempotency: { scope: "reply", key: run } });
      const [row] = await store.inbox.settle([1, 2], "answered", [reply]);
      expect(row).toMatchObject({ ...reply, state: "queued" });
      expect(await store.inbox.get(2)).toMatchObject({
        state: "done",
        disposition: "answered",
        settledAt: clock.now(),
      });
      expect(await store.inbox.settle([1, 2], "answered", [delivery(1)])).toEqual([]);
      expect(await store.inbox.settle([], "answered", [delivery(1)])).toEqual([]);
      expect(await store.outbox.open()).toHaveLength(1);
    },
  );

  promise("a reply with a key that is known is the reply there is", async (store) => {
    await store.inbox.accept([arrived(1), arrived(2)]);
    const reply = delivery(1, { idempotency: { scope: "reply", key: run } });
    const [first] = await store.inbox.settle([1], "answered", [reply]);
    const [second] = await store.inbox.settle([2], "answered", [reply]);
    expect(second?.id).toBe(first?.id);
    expect(await store.outbox.open()).toHaveLength(1);
  });

  promise("what was given up keeps its event, and a person may retry or drop it", async (store, clock) => {
    await store.inbox.accept([arrived(1), arrived(2)]);
    await store.inbox.begin([1, 2], run);
    await store.inbox.bury([1, 2], "five times");
    expect(await store.inbox.waiting()).toEqual([]);
    expect(await store.inbox.list({ states: ["dead"] })).toMatchObject([
      { id: 1, event: arrived(1).event, lastError: "five times", settledAt: clock.now() },
      { id: 2 },
    ]);
    expect(await store.inbox.retry(1)).toBe(true);
    expect(await store.inbox.retry(1)).toBe(false);
    expect(await store.inbox.get(1)).toMatchObject({ state: "waiting", attempts: 0, notBefore: 0 });
    expect(await store.inbox.drop(2)).toBe(true);
    expect(await store.inbox.drop(2)).toBe(false);
    expect(await store.inbox.get(2)).toMatchObject({ state: "done", disposition: "dropped" });
    expect(await store.inbox.accept([arrived(2)])).toEqual([]);
    expect(await store.inbox.drop(1)).toBe(true);
  });

  promise("lists are of the newest, in order, of one channel and account if asked", async (store) => {
    const other = { accountId: "work", identity: "bot:2" };
    await store.inbox.accept([arrived(1), arrived(2, other), arrived(3), arrived(4)]);
    const ids = async (query: Parameters<typeof store.inbox.list>[0]) =>
      (await store.inbox.list(query)).map(({ id }) => id);
    expect(await ids({ limit: 2 })).toEqual([3, 4]);
    expect(await ids({ accountId: "work" })).toEqual([2]);
    expect(await ids({ channel: "whatsapp" })).toEqual([]);
    expect(await ids({ states: ["done", "dead"] })).toEqual([]);
    expect((await store.inbox.waiting({ accountId: "default", limit: 2 })).map(({ id }) => id)).toEqual([
      1, 3,
    ]);
  });

  promise("rows are counted by account and state, with the age of the oldest", async (store, clock) => {
    await store.inbox.accept([arrived(1)]);
    const oldestAt = clock.now();
    clock.advance(5);
    await store.inbox.accept([arrived(2), arrived(3), arrived(4, { accountId: "work", identity: "bot:2" })]);
    await store.inbox.settle([3], "answered", []);
    const of = { channel: "telegram", accountId: "default" };
    const counts = await store.inbox.counts();
    expect(counts).toHaveLength(3);
    expect(counts).toContainEqual({ ...of, state: "waiting", count: 2, oldestAt });
    expect(counts).toContainEqual({ ...of, state: "done", count: 1, oldestAt: clock.now() });
    expect(counts).toContainEqual({
      ...of,
      accountId: "work",
      state: "waiting",
      count: 1,
      oldestAt: clock.now(),
    });
  });

  promise(
    "what is over is forgotten by age, and by number once no platform repeats it; what waits never is",
    async (store, clock) => {
      const count = ENDED_ROWS_PER_ACCOUNT + 5;
      const all = Array.from({ length: count }, (_, i) => arrived(i + 1));
      await store.inbox.accept([arrived(0), ...all]);
      await store.inbox.settle(
        all.map((_, i) => i + 2),
        "answered",
        [],
      );
      expect(await store.inbox.prune()).toBe(0);
      clock.advance(ENDED_ROW_MIN_AGE_MS);
      expect(await store.inbox.prune()).toBe(5);
      expect(await store.inbox.get(6)).toBeUndefined();
      expect(await store.inbox.get(7)).toMatchObject({ state: "done" });
      expect(await store.inbox.accept([arrived(1)])).toMatchObject([{ id: count + 2 }]);
      await store.inbox.bury([count + 2], "later");
      clock.advance(ENDED_ROW_TTL_MS - ENDED_ROW_MIN_AGE_MS);
      expect(await store.inbox.prune()).toBe(ENDED_ROWS_PER_ACCOUNT);
      clock.advance(ENDED_ROW_MIN_AGE_MS);
      expect(await store.inbox.prune()).toBe(1);
      expect((await store.inbox.list({})).map(({ id }) => id)).toEqual([1]);
      // An id is never given twice, however much was forgotten.
      expect(await store.inbox.accept([arrived(1)])).toMatchObject([{ id: count + 3 }]);
    },
  );
}

/** What every engine promises of the outbox. */
export function outboxContract(engine: string, makePlace: () => StorePlace): void {
  const promise = promises(engine, makePlace);

  promise("a delivery keeps all it was put with, also after a restart", async (store, clock, reopen) => {
    const whole = delivery(2, {
      sessionKey: keyOf("agent:main:main"),
      runId: runIdOf("r"),
      idempotency: { scope: "send", key: "k" },
    });
    const at = clock.now();
    const row = {
      ...whole,
      id: 1,
      state: "queued" as const,
      createdAt: at,
      updatedAt: at,
      receipts: [],
      attempts: 0,
      notBefore: 0,
    };
    expect(await store.outbox.put([whole])).toEqual([{ row, isNew: true }]);
    const again = await reopen();
    expect(await again.outbox.open()).toEqual([row]);
    expect(await again.outbox.put([{ ...whole, summary: "other" }])).toEqual([{ row, isNew: false }]);
    expect(await again.outbox.find("send", "k")).toEqual(row);
    expect(await again.outbox.find("poll", "k")).toBeUndefined();
    expect(await again.outbox.get(2)).toBeUndefined();
  });

  promise("parts go one after the other, each begun before it is sent", async (store, _, reopen) => {
    await store.outbox.put([delivery(2)]);
    expect(await store.outbox.arrived(1, {})).toBeUndefined();
    expect(await store.outbox.begin(1)).toMatchObject({ state: "sending", attempts: 1, receipts: [] });
    expect(await store.outbox.begin(1)).toBeUndefined();
    expect(await store.outbox.arrived(1, { messageId: "7" })).toMatchObject({ state: "queued", attempts: 0 });
    const again = await reopen();
    expect(await again.outbox.begin(1)).toMatchObject({ attempts: 1, receipts: [{ messageId: "7" }] });
    const sent = await again.outbox.arrived(1, { messageId: "8" });
    expect(sent).toMatchObject({
      state: "sent",
      parts: [],
      receipts: [{ messageId: "7" }, { messageId: "8" }],
    });
    expect(await again.outbox.open()).toEqual([]);
    expect(await again.outbox.begin(1)).toBeUndefined();
    expect(await again.outbox.retry(1)).toBe(false);
    expect(await again.outbox.drop(1)).toBe(false);
    expect(await again.outbox.end(1, "dead", "x")).toBeUndefined();
  });

  promise("the first of an idle lane may be taken in as begun, and no other", async (store) => {
    const atOnce = { atOnce: true };
    const states = async (...deliveries: readonly NewDelivery[]) =>
      (await store.outbox.put(deliveries)).map(({ row }) => [row.state, row.attempts]);
    expect(await states(delivery(1, atOnce), delivery(1, atOnce))).toEqual([
      ["sending", 1],
      ["queued", 0],
    ]);
    expect(await states(delivery(1, { ...atOnce, lane: "2" }))).toEqual([["sending", 1]]);
    expect(await states(delivery(1, { ...atOnce, accountId: "work" }))).toEqual([["sending", 1]]);
    await store.outbox.arrived(3, {});
    expect(await states(delivery(1, { ...atOnce, lane: "2" }))).toEqual([["sending", 1]]);
    expect(await store.outbox.get(1)).not.toHaveProperty("atOnce");
  });

  promise("a failed call is counted unless it should not be", async (store, clock) => {
    await store.outbox.put([delivery(1)]);
    await store.outbox.begin(1);
    const notBefore = clock.now() + 5_000;
    await store.outbox.postpone(1, { error: "429", notBefore });
    expect(await store.outbox.get(1)).toMatchObject({
      state: "queued",
      attempts: 1,
      notBefore,
      lastError: "429",
    });
    await store.outbox.postpone(1, { error: "offline", notBefore: 0, uncounted: true });
    expect(await store.outbox.get(1)).toMatchObject({ attempts: 1, lastError: "offline" });
    await store.outbox.begin(1);
    await store.outbox.postpone(1, { error: "offline", notBefore: 0, uncounted: true });
    expect(await store.outbox.get(1)).toMatchObject({ state: "queued", attempts: 1 });
  });

  promise("what is given up is told in the chat in the same act, once", async (store) => {
    await store.outbox.put([delivery(2), delivery(1)]);
    await store.outbox.begin(1);
    const notice = delivery(1, { origin: "notice", idempotency: { scope: "notice", key: "1" } });
    const ended = await store.outbox.end(1, "unknown", "the process died", notice);
    expect(ended).toMatchObject({
      row: { state: "unknown", lastError: "the process died" },
      notice: { id: 3 },
    });
    expect(await store.outbox.end(1, "unknown", "again", notice)).toBeUndefined();
    expect((await store.outbox.open()).map(({ id }) => id)).toEqual([2, 3]);
    expect(await store.outbox.end(2, "dead", "no such chat")).toMatchObject({ row: { state: "dead" } });
  });

  promise("what is unknown or dead waits for a person, who sends the rest or drops it", async (store) => {
    await store.outbox.put([delivery(2), delivery(1), delivery(1)]);
    await store.outbox.begin(1);
    await store.outbox.arrived(1, { messageId: "7" });
    await store.outbox.begin(1);
    expect(await store.outbox.drop(1)).toBe(false);
    await store.outbox.end(1, "unknown", "lost");
    await store.outbox.end(2, "dead", "refused");
    expect(await store.outbox.retry(3)).toBe(false);
    expect(await store.outbox.retry(1)).toBe(true);
    expect(await store.outbox.get(1)).toMatchObject({
      state: "queued",
      attempts: 0,
      receipts: [{ messageId: "7" }],
    });
    for (const id of [1, 2, 3]) expect(await store.outbox.drop(id)).toBe(true);
    expect(await store.outbox.list({ states: ["dropped"] })).toMatchObject([
      { parts: [], receipts: [{ messageId: "7" }] },
      { parts: [] },
      { parts: [] },
    ]);
    expect(await store.outbox.drop(1)).toBe(false);
  });

  promise("bytes that are kept are those of what may still be sent", async (store) => {
    expect(await store.outbox.heldBytes()).toBe(0);
    const bytes = (parts: readonly unknown[]) => Buffer.byteLength(JSON.stringify(parts));
    const parts = [{ text: "grüße" }];
    await store.outbox.put([1, 2, 3].map(() => delivery(1, { parts })));
    expect(await store.outbox.heldBytes()).toBe(3 * bytes(parts));
    await store.outbox.end(1, "dead", "refused");
    await store.outbox.drop(2);
    await store.outbox.begin(3);
    expect(await store.outbox.heldBytes()).toBe(2 * bytes(parts));
    await store.outbox.arrived(3, {});
    expect(await store.outbox.heldBytes()).toBe(bytes(parts));
  });

  promise("lists and counts are of what was asked", async (store, clock) => {
    await store.outbox.put([delivery(1), delivery(1, { lane: "2" }), delivery(1, { accountId: "work" })]);
    const oldestAt = clock.now();
    clock.advance(9);
    await store.outbox.begin(2);
    const ids = async (query: Parameters<typeof store.outbox.list>[0]) =>
      (await store.outbox.list(query)).map(({ id }) => id);
    expect(await ids({ lane: "2" })).toEqual([2]);
    expect(await ids({ states: ["queued"], limit: 1 })).toEqual([3]);
    expect(await ids({ accountId: "default", channel: "telegram" })).toEqual([1, 2]);
    const of = { channel: "telegram", accountId: "default", count: 1, oldestAt };
    const counts = await store.outbox.counts();
    expect(counts).toHaveLength(3);
    expect(counts).toContainEqual({ ...of, state: "queued" });
    expect(counts).toContainEqual({ ...of, state: "sending" });
    expect(counts).toContainEqual({ ...of, accountId: "work", state: "queued" });
  });

  promise(
    "what ended is forgotten by age, and by number in each state; what is open never is",
    async (store, clock) => {
      const sent = Array.from({ length: ENDED_ROWS_PER_ACCOUNT + 3 }, () => delivery(0));
      await store.outbox.put([delivery(1), delivery(1), ...sent]);
      await store.outbox.end(2, "dead", "refused");
      expect(await store.outbox.prune()).toBe(0);
      clock.advance(ENDED_ROW_MIN_AGE_MS);
      expect(await store.outbox.prune()).toBe(3);
      expect(await store.outbox.get(2)).toMatchObject({ state: "dead" });
      clock.advance(ENDED_ROW_TTL_MS);
      expect(await store.outbox.prune()).toBe(ENDED_ROWS_PER_ACCOUNT + 1);
      expect(await store.outbox.list({})).toMatchObject([{ id: 1 }]);
    },
  );
}
