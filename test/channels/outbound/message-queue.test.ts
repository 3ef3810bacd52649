import { expect, test } from "bun:test";
import { SendError } from "../../../src/channels/index.ts";
import { MessageQueue } from "../../../src/channels/outbound/index.ts";
import type { InboxRow } from "../../../src/store/index.ts";
import { LONG_MS, type WayOut, request, wayOut } from "./support/way-out.ts";

function queueOf(way: WayOut): { readonly queue: MessageQueue; readonly resumed: InboxRow[] } {
  const resumed: InboxRow[] = [];
  const { store, deliveries } = way;
  return { queue: new MessageQueue({ store, deliveries, resume: (row) => void resumed.push(row) }), resumed };
}

const event = (n: number) => ({
  channel: "test",
  identity: "bot",
  accountId: "default",
  eventKey: String(n),
  lane: "1",
  event: { kind: "message", text: `hello ${n}` },
});

test("the queue shows what is not over in both directions, and everything when asked", async () => {
  await using way = await wayOut();
  const { queue } = queueOf(way);
  way.channel.platform = ({ text }) => {
    if (text === "no") throw new SendError("refused", "blocked");
  };
  await way.store.inbox.accept([event(1), event(2)]);
  await way.store.inbox.bury([1], "five times");
  await way.reply("1", "fine", "a|no");
  await way.rest();
  const at = way.clock.now();
  const of = { channel: "test", accountId: "default", lane: "1", createdAt: at, attempts: 0 };
  expect(await queue.list()).toEqual([
    {
      ...of,
      id: "in-1",
      direction: "in",
      state: "dead",
      summary: "hello 1",
      endedAt: at,
      lastError: "five times",
    },
    { ...of, id: "in-2", direction: "in", state: "waiting", summary: "hello 2" },
    {
      ...of,
      id: "out-2",
      direction: "out",
      state: "dead",
      summary: "a|no",
      attempts: 1,
      endedAt: at,
      lastError: "blocked",
      origin: "reply",
      arrived: 1,
      parts: 2,
    },
  ]);
  const ids = async (...args: Parameters<MessageQueue["list"]>) =>
    (await queue.list(...args)).map(({ id }) => id);
  expect(await ids({ direction: "out", states: ["sent", "done"] })).toEqual(["out-1"]);
  expect(await ids({ direction: "in", limit: 1 })).toEqual(["in-2"]);
  expect(await ids({ channel: "pigeon" })).toEqual([]);
  await expect(queue.list({ states: ["gone"] })).rejects.toThrow(
    /no state "gone": use waiting, dead, done, queued/,
  );
  expect(await queue.show("in-2")).toMatchObject({ event: { text: "hello 2" } });
  expect(await queue.show("out-2")).toMatchObject({
    target: { chatId: "1" },
    contents: [{ text: "a" }, { text: "no" }],
    receipts: [{ messageId: "2" }],
  });
  expect(await queue.show("out-99")).toBeUndefined();
  expect(await queue.stats()).toContainEqual({
    direction: "out",
    channel: "test",
    accountId: "default",
    state: "dead",
    count: 1,
    oldestAt: at,
  });
  expect(structuredClone(await queue.list())).toEqual(JSON.parse(JSON.stringify(await queue.list())));
});

test("a person may retry what was given up or may have arrived: it goes on from the part it stands at", async () => {
  await using way = await wayOut();
  const { queue, resumed } = queueOf(way);
  let isBroken = true;
  way.channel.platform = ({ text }) => {
    if (isBroken && text === "no") throw new SendError("refused", "blocked");
    if (isBroken && text === "lost") throw new SendError("uncertain", "timed out");
  };
  await way.reply("1", "a|no|b", "after");
  await way.deliveries.deliver(request("2", "x|lost", { origin: "send" }), LONG_MS);
  await way.rest();
  isBroken = false;
  expect(await queue.retry("out-1")).toMatchObject({ state: "queued", attempts: 0, arrived: 1 });
  expect(await queue.retry("out-3")).toMatchObject({ state: "queued" });
  await way.rest();
  expect(way.channel.texts("1")).toEqual(["a", "after", "no", "b"]);
  expect(way.channel.texts("2")).toEqual(["x", "lost"]);
  await expect(queue.retry("out-1")).rejects.toThrow(/out-1 cannot be retried: it is sent/);
  await expect(queue.retry("out-9")).rejects.toThrow(/no message out-9/);
  await expect(queue.retry("7")).rejects.toThrow(/is no id/);
  await way.store.inbox.accept([event(1)]);
  await expect(queue.retry("in-1")).rejects.toMatchObject({ code: "INVALID_REQUEST" });
  const [newest] = await way.store.inbox.list({ states: ["waiting"] });
  const id = newest?.id ?? 0;
  await way.store.inbox.bury([id], "five times");
  expect(await queue.retry(`in-${id}`)).toMatchObject({ state: "waiting", attempts: 0 });
  expect(resumed).toMatchObject([{ id, state: "waiting" }]);
});

test("a person may take out what waits: its asker is told, and the chat goes on without it", async () => {
  await using way = await wayOut();
  const { queue } = queueOf(way);
  const held = Promise.withResolvers<void>();
  way.channel.platform = ({ text }) => (text === "a" ? held.promise : undefined);
  await way.reply("1", "a");
  const asked = way.deliveries.deliver(request("1", "b", { origin: "send" }), LONG_MS);
  await way.reply("1", "c");
  await way.rest();
  await expect(queue.drop("out-1")).rejects.toThrow(/out-1 cannot be dropped: it is sending/);
  expect(await queue.drop("out-2")).toMatchObject({ state: "dropped" });
  expect((await asked).state).toBe("dropped");
  held.resolve();
  await way.rest();
  expect(way.channel.texts()).toEqual(["a", "c"]);
  await way.store.inbox.accept([event(9)]);
  const [row] = await way.store.inbox.list({ states: ["waiting"] });
  expect(await queue.drop(`in-${row?.id}`)).toMatchObject({ state: "done", disposition: "dropped" });
  await expect(queue.drop(`in-${row?.id}`)).rejects.toThrow(/is done/);
});
