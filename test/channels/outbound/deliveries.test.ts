import { expect, test } from "bun:test";
import { SendError } from "../../../src/channels/index.ts";
import { BACKLOG_MAX } from "../../../src/channels/outbound/limits.ts";
import { RecordingChannel } from "./support/recording-channel.ts";
import { LONG_MS, request, wayOut } from "./support/way-out.ts";

test("what settles a message is sent at once, in order, with all its parts", async () => {
  await using way = await wayOut();
  const rows = await way.reply("1", "a|b", "c");
  // The first call of an idle chat costs no flush of its own.
  expect(rows.map(({ state }) => state)).toEqual(["sending", "queued"]);
  await way.rest();
  expect(way.channel.texts()).toEqual(["a", "b", "c"]);
  expect(await way.row(1)).toMatchObject({
    state: "sent",
    receipts: [{ messageId: "1" }, { messageId: "2" }],
  });
  expect(way.channel.traffic).toEqual(["default out", "default out", "default out"]);
});

test("one call of a chat is under way at a time, and chats do not wait for each other", async () => {
  await using way = await wayOut();
  const held = Promise.withResolvers<void>();
  way.channel.platform = ({ text }) => (text === "slow" ? held.promise : undefined);
  await way.reply("1", "slow", "after");
  await way.reply("2", "other");
  await way.reply("1:7", "topic");
  await way.rest();
  expect(way.channel.texts()).toEqual(["other", "topic"]);
  expect(way.channel.calls).toHaveLength(3);
  held.resolve();
  await way.rest();
  expect(way.channel.texts("1")).toEqual(["topic", "slow", "after"]);
});

test("who delivers is told how it ended: sent, given up in the middle, uncertain, still pending", async () => {
  await using way = await wayOut();
  way.channel.platform = ({ text }) => {
    if (text === "no") throw new SendError("refused", "chat not found");
    if (text === "lost") throw new SendError("uncertain", "the line broke");
    if (text === "later") throw new SendError("busy", "too many requests", { retryAfterMs: 60_000 });
  };
  const deliver = (chat: string, text: string) =>
    way.deliveries.deliver(request(chat, text, { origin: "send" }), 1_000);
  expect(await deliver("1", "a|b")).toMatchObject({ state: "sent", id: 1, receipts: [{ chatId: "1" }, {}] });
  expect(await deliver("1", "a|no|b")).toMatchObject({
    state: "failed",
    receipts: [{ chatId: "1" }],
    error: "chat not found",
  });
  expect(await deliver("1", "lost")).toMatchObject({
    state: "uncertain",
    receipts: [],
    error: "the line broke",
  });
  const pending = deliver("1", "later");
  await way.pass(1_000);
  expect(await pending).toMatchObject({ state: "pending", id: 4, error: "too many requests" });
  expect(way.channel.texts()).toEqual(["a", "b", "a"]);
});

test("a poll is one call, and a message that cannot be shown is refused before it is stored", async () => {
  await using way = await wayOut();
  const poll = { question: "Tea?", options: ["yes", "no"] };
  const asked = await way.deliveries.deliver(
    { ...request("1", ""), content: { kind: "poll", poll }, origin: "poll" },
    1_000,
  );
  expect(asked.state).toBe("sent");
  expect(way.channel.texts()).toEqual(["Tea?"]);
  const deliver = (over: Partial<Parameters<typeof way.deliveries.deliver>[0]>) =>
    way.deliveries.deliver({ ...request("1", "x"), ...over }, 1_000);
  const empty = { content: { kind: "message", message: { text: "" } } } as const;
  await expect(deliver(empty)).rejects.toMatchObject({
    failure: "refused",
    message: "There is nothing to send.",
  });
  await expect(deliver({ channel: "pigeon" })).rejects.toMatchObject({ failure: "refused" });
  await expect(deliver({ accountId: "work" })).rejects.toMatchObject({ failure: "refused" });
  way.channel.status = {
    lifecycle: "blocked",
    issue: { kind: "auth", message: "Token refused.", fix: "Set it." },
  };
  await expect(deliver({})).rejects.toMatchObject({
    failure: "not-ready",
    message: expect.stringContaining("Token refused. Set it."),
  });
  way.channel.disconnect();
  await expect(deliver({})).rejects.toMatchObject({
    failure: "not-ready",
    message: expect.stringContaining("not running"),
  });
  expect(await way.store.outbox.list({})).toHaveLength(1);
});

test("a repeat with the same key is the first delivery, also at the same time and after a restart", async () => {
  await using way = await wayOut();
  const held = Promise.withResolvers<void>();
  way.channel.platform = () => held.promise;
  const keyed = (text: string) =>
    request("1", text, { origin: "send", idempotency: { scope: "send", key: "k" } });
  expect(await way.deliveries.recall("send", "k")).toBeUndefined();
  const twice = Promise.all([
    way.deliveries.deliver(keyed("a"), LONG_MS),
    way.deliveries.deliver(keyed("a"), LONG_MS),
  ]);
  await way.rest();
  const third = way.deliveries.deliver(keyed("other"), LONG_MS);
  expect(await way.deliveries.recall("send", "k")).toMatchObject({ state: "pending", id: 1 });
  held.resolve();
  const [first, second] = await twice;
  expect(first.state).toBe("sent");
  expect(second).toEqual(first);
  expect(await third).toEqual(first);
  await way.restart();
  // Even when nothing could be sent now.
  way.channel.disconnect();
  expect(await way.deliveries.deliver(keyed("a"), 1)).toEqual(first);
  expect(await way.deliveries.recall("send", "k")).toEqual(first);
  expect(way.channel.texts()).toEqual(["a"]);
});

test("what waits is sent when its account comes, and not before", async () => {
  await using way = await wayOut();
  way.channel.disconnect();
  const rows = await way.reply("1", "a|b");
  expect(rows[0]?.state).toBe("queued");
  await way.pass(LONG_MS);
  expect(way.channel.calls).toEqual([]);
  way.channel.connect();
  await way.rest();
  expect(way.channel.texts()).toEqual(["a", "b"]);
});

test("a row taken in as begun whose account went away meanwhile waits like any other", async () => {
  await using way = await wayOut();
  const [put] = await way.store.outbox.put([way.deliveries.prepare(request("1", "a"))]);
  expect(put?.row.state).toBe("sending");
  way.channel.disconnect();
  way.deliveries.dispatch(put === undefined ? [] : [put.row]);
  await way.rest();
  expect(await way.row(1)).toMatchObject({ state: "queued", attempts: 0 });
  way.channel.connect();
  await way.rest();
  expect(way.channel.texts()).toEqual(["a"]);
});

test("rows that are handed over twice are sent once", async () => {
  await using way = await wayOut();
  const held = Promise.withResolvers<void>();
  way.channel.platform = () => held.promise;
  const rows = await way.reply("1", "a", "b");
  way.deliveries.dispatch(rows);
  held.resolve();
  await way.rest();
  way.deliveries.dispatch(await Promise.all([way.row(1), way.row(2)]));
  await way.rest();
  expect(way.channel.texts()).toEqual(["a", "b"]);
});

test("files that came along are taken until they would fill the disk; words always are", async () => {
  await using way = await wayOut(undefined, undefined, 1_000_000);
  way.channel.platform = () => Promise.withResolvers<void>().promise;
  const large = "x".repeat(400_000);
  for (const chat of ["1", "2"]) void way.deliveries.deliver(request(chat, large), 1);
  await way.rest();
  await expect(way.deliveries.deliver(request("3", large), 1)).rejects.toMatchObject({
    failure: "not-ready",
    message: expect.stringContaining("openclaw message queue list"),
  });
  void way.deliveries.deliver(request("4", "words"), 1);
  await way.rest();
  expect([await way.row(3), way.channel.texts("4")]).toMatchObject([{ summary: "words" }, []]);
});

test("an account with too much waiting takes no more from those who ask, yet everything from those who answer", async () => {
  await using way = await wayOut();
  way.channel.disconnect();
  const held = Promise.withResolvers<void>();
  const replies = Array.from({ length: BACKLOG_MAX }, () => "x");
  expect(way.deliveries.hasRoom("test", "default")).toBe(true);
  await way.reply("1", ...replies);
  expect(way.deliveries.hasRoom("test", "default")).toBe(false);
  const waiting = new AbortController();
  const rooms: string[] = [];
  const room = (name: string, signal: AbortSignal) =>
    way.deliveries.room("test", "default", signal).then(() => rooms.push(name));
  const gone = room("gone", waiting.signal);
  const patient = room("patient", new AbortController().signal);
  waiting.abort();
  await gone;
  expect(rooms).toEqual(["gone"]);
  way.channel.platform = ({ chatId }) => (chatId === "1" ? held.promise : undefined);
  way.channel.connect();
  const refused = way.deliveries.deliver(request("2", "y"), 1);
  await expect(refused).rejects.toMatchObject({
    failure: "not-ready",
    message: expect.stringContaining("wait already"),
  });
  held.resolve();
  await patient;
  expect((await way.deliveries.deliver(request("2", "y"), 1)).state).toBe("sent");
});

test("rates are kept, and whoever has not sent for a while never waits", async () => {
  const channel = new RecordingChannel();
  channel.rates = { account: [{ burst: 10, perSecond: 5 }], chat: [{ burst: 2, perSecond: 1 }] };
  await using way = await wayOut(channel);
  await way.reply("1", "1", "2", "3", "4");
  await way.rest();
  expect(channel.texts()).toEqual(["1", "2"]);
  await way.pass(999);
  expect(channel.texts()).toEqual(["1", "2"]);
  await way.pass(1);
  expect(channel.texts()).toEqual(["1", "2", "3"]);
  await way.reply("2", "other");
  await way.rest();
  expect(channel.texts("2")).toEqual(["other"]);
  await way.pass(10_000, 500);
  for (let chat = 10; chat < 30; chat++) await way.reply(String(chat), "x");
  await way.rest();
  // The account as a whole: its burst, then five a second.
  expect(channel.arrived).toHaveLength(5 + 10);
  await way.pass(2_000, 100);
  expect(channel.arrived).toHaveLength(5 + 20);
});

test("chats get their turns one after the other, however much one of them waits for", async () => {
  const channel = new RecordingChannel();
  channel.rates = { account: [{ burst: 1, perSecond: 1 }], chat: [] };
  await using way = await wayOut(channel);
  await way.reply("1", "1", "2", "3", "4", "5");
  await way.reply("2", "a", "b");
  await way.reply("3", "x");
  await way.pass(10_000, 500);
  expect(channel.texts()).toEqual(["1", "2", "a", "x", "3", "b", "4", "5"]);
});
