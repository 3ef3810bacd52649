import { expect, test } from "bun:test";
import { type Desk, desk } from "./rig.ts";

const DELIVERY = {
  channel: "telegram",
  accountId: "default",
  target: { chatId: "1" },
  parts: [{ text: "x" }],
  origin: "send",
  summary: "Hello",
};

/** Rows of every state: in 1 waiting, in 2 dead, out 1 queued, out 2 unknown, out 3 dead, out 4 sent. */
async function filled(): Promise<Desk> {
  const at = await desk();
  const { inbox, outbox } = at.world.store;
  const arrived = (eventKey: string, event: unknown) => ({
    channel: "telegram",
    identity: "bot:1",
    accountId: "default",
    eventKey,
    lane: "1",
    event,
  });
  const [, dead] = await inbox.accept([
    arrived("a", { kind: "message", text: "Hi" }),
    arrived("b", { kind: "message", text: "", media: [{ kind: "voice" }] }),
  ]);
  await inbox.bury([dead?.id ?? 0], "it kills the process");
  at.world.clock.advance(1);
  const rows = await outbox.put(["1", "2", "3", "4"].map((lane) => ({ ...DELIVERY, lane })));
  const [, unknown, failed, sent] = rows.map(({ row }) => row.id);
  for (const id of [unknown, failed, sent]) await outbox.begin(id ?? 0);
  await outbox.end(unknown ?? 0, "unknown", "cut off");
  await outbox.end(failed ?? 0, "dead", "blocked");
  await outbox.arrived(sent ?? 0, { messageId: "1", chatId: "1", at: 1 });
  return at;
}

const statesOf = (items: readonly { id: string; state: string }[]) =>
  items.map(({ id, state }) => `${id} ${state}`);

test("the queue lists what is open, uncertain or given up, the oldest first", async () => {
  await using at = await filled();
  const items = await at.queue.list();
  expect(statesOf(items)).toEqual([
    "in:1 waiting",
    "in:2 dead",
    "out:1 queued",
    "out:2 unknown",
    "out:3 dead",
  ]);
  expect(items.map(({ summary }) => summary)).toEqual(["Hi", "<media:voice>", "Hello", "Hello", "Hello"]);
  expect(items[4]).toMatchObject({ origin: "send", lastError: "blocked", attempts: 1, lane: "3" });
});

test("it is asked for one direction, one state, one account, or the first few", async () => {
  await using at = await filled();
  expect(statesOf(await at.queue.list({ direction: "in" }))).toEqual(["in:1 waiting", "in:2 dead"]);
  expect(statesOf(await at.queue.list({ state: "dead" }))).toEqual(["in:2 dead", "out:3 dead"]);
  expect(statesOf(await at.queue.list({ state: "sent" }))).toEqual(["out:4 sent"]);
  expect(await at.queue.list({ accountId: "other" })).toEqual([]);
  expect(await at.queue.list({ limit: 1 })).toHaveLength(1);
  await expect(at.queue.list({ state: "lost" })).rejects.toThrow('no state "lost"');
});

test("a message is shown with all that is known of it", async () => {
  await using at = await filled();
  expect(await at.queue.show("in:1")).toMatchObject({ detail: { identity: "bot:1", event: { text: "Hi" } } });
  expect(await at.queue.show("out:4")).toMatchObject({
    state: "sent",
    detail: { receipts: [{ messageId: "1" }] },
  });
  await expect(at.queue.show("out:99")).rejects.toThrow("no message out:99");
  await expect(at.queue.show("12")).rejects.toThrow("names no message");
});

test("what was given up or is uncertain is tried again when a person says so", async () => {
  await using at = await filled();
  expect(await at.queue.retry("out:2")).toMatchObject({ state: "queued" });
  expect(await at.queue.retry("out:3")).toMatchObject({ state: "queued" });
  expect(at.deliveries.dispatched.map(({ id }) => id)).toEqual([2, 3]);
  expect(await at.queue.retry("in:2")).toMatchObject({ state: "waiting", attempts: 0 });
  expect(at.resumed.map(({ id }) => id)).toEqual([2]);
});

test("what is on its way by itself or over is not", async () => {
  await using at = await filled();
  await expect(at.queue.retry("out:1")).rejects.toThrow("out:1 is queued");
  await expect(at.queue.retry("out:4")).rejects.toThrow("out:4 is sent");
  await expect(at.queue.retry("in:1")).rejects.toThrow("in:1 is waiting");
});

test("what is open is dropped when a person says so; what arrived stays", async () => {
  await using at = await filled();
  expect(await at.queue.drop("out:2")).toMatchObject({ state: "dropped" });
  expect(await at.queue.drop("in:1")).toMatchObject({ state: "done" });
  await expect(at.queue.drop("out:4")).rejects.toThrow("out:4 is sent");
  expect(statesOf(await at.queue.list())).toEqual(["in:2 dead", "out:1 queued", "out:3 dead"]);
});
