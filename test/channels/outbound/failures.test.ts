import { expect, test } from "bun:test";
import { countQueues, SendError } from "../../../src/channels/index.ts";
import { ATTEMPTS_MAX, BACKOFF_MS, SEND_DEADLINE_MS } from "../../../src/channels/outbound/limits.ts";
import { LONG_MS, request, wayOut } from "./support/way-out.ts";

const NOTICE = /^I couldn’t confirm whether my previous reply reached this chat/;

test("what is refused is given up at once, and what stands behind it goes on", async () => {
  await using way = await wayOut();
  way.channel.platform = ({ text }) => {
    if (text === "no") throw new SendError("refused", "bot was blocked by the user");
  };
  await way.reply("1", "no|never", "next");
  await way.rest();
  expect(way.channel.texts()).toEqual(["next"]);
  expect(await way.row(1)).toMatchObject({
    state: "dead",
    lastError: "bot was blocked by the user",
    attempts: 1,
  });
  expect(await countQueues(way.store.inbox, way.store.outbox)).toMatchObject([
    { queued: 0, dead: 1, unknown: 0 },
  ]);
});

test("markup that cannot be read is sent as plain text at once, and refused when there is none", async () => {
  await using way = await wayOut();
  way.channel.platform = ({ isPlain, text }) => {
    if (!isPlain && text !== "fine") throw new SendError("markup", "cannot parse entities");
    if (text === "**") throw new SendError("markup", "still not");
  };
  await way.reply("1", "*bold*", "none", "**", "fine");
  await way.rest();
  expect(way.channel.arrived.map(({ text, isPlain }) => [text, isPlain])).toEqual([
    ["*bold*", true],
    ["fine", false],
  ]);
  expect((await way.store.outbox.list({ states: ["dead"] })).map(({ id }) => id)).toEqual([2, 3]);
});

test("a chat that moved is followed, and its later messages go there at once", async () => {
  await using way = await wayOut();
  way.channel.platform = ({ chatId }) => {
    if (chatId === "-1") throw new SendError("refused", "upgraded", { movedTo: "-1001" });
    if (chatId === "-2") throw new SendError("refused", "upgraded", { movedTo: "-2" });
  };
  await way.reply("-1", "a|b");
  await way.reply("-2", "never");
  await way.rest();
  expect(way.channel.texts("-1001")).toEqual(["a", "b"]);
  expect(way.channel.calls.filter(({ chatId }) => chatId === "-1")).toHaveLength(1);
  expect((await way.row(2)).state).toBe("dead");
});

test("a busy platform is asked again after longer and longer pauses, and given up in the end", async () => {
  await using way = await wayOut();
  const at: number[] = [];
  way.channel.platform = ({ text }) => {
    if (text !== "a") return;
    at.push(way.clock.now());
    throw new SendError("busy", "502");
  };
  await way.reply("1", "a", "b");
  await way.pass(LONG_MS / 20, 100);
  expect(at).toHaveLength(ATTEMPTS_MAX);
  expect(at.slice(1).map((time, i) => time - (at[i] ?? 0))).toEqual([...BACKOFF_MS]);
  expect(await way.row(1)).toMatchObject({ state: "dead", attempts: ATTEMPTS_MAX });
  expect(way.channel.texts()).toEqual(["b"]);
});

test("retry_after is honoured and does not count; three chats in a row hold up the whole account", async () => {
  await using way = await wayOut();
  let isThrottling = true;
  way.channel.platform = ({ chatId }) => {
    if (isThrottling && chatId !== "9") throw new SendError("busy", "429", { retryAfterMs: 3_000 });
  };
  await way.reply("1", "a");
  await way.reply("2", "b");
  await way.rest();
  await way.reply("9", "lone");
  await way.rest();
  expect(way.channel.texts()).toEqual(["lone"]);
  expect(await way.row(1)).toMatchObject({ state: "queued", attempts: 0, lastError: "429" });
  for (const chat of ["3", "4", "5"]) await way.reply(chat, "c");
  await way.rest();
  await way.reply("9", "held");
  isThrottling = false;
  await way.pass(2_999);
  expect(way.channel.texts()).toEqual(["lone"]);
  await way.pass(1);
  expect(way.channel.texts().toSorted()).toEqual(["a", "b", "c", "c", "c", "held", "lone"]);
});

test("an account that is not ready costs no attempt; all its chats wait until it is", async () => {
  await using way = await wayOut();
  let isReady = false;
  way.channel.status = { lifecycle: "recovering", connected: false };
  way.channel.platform = () => {
    if (!isReady) throw new SendError("not-ready", "no network");
  };
  await way.reply("1", "a");
  await way.rest();
  await way.reply("2", "b");
  await way.pass(999);
  expect(way.channel.calls).toHaveLength(1);
  await way.pass(10 * 60_000, 1_000);
  expect(way.channel.calls.length).toBeLessThan(30);
  expect(await way.row(1)).toMatchObject({ state: "queued", attempts: 0, lastError: "no network" });
  expect(await countQueues(way.store.inbox, way.store.outbox)).toMatchObject([{ queued: 2 }]);
  expect(await way.store.outbox.open()).toContainEqual(expect.objectContaining({ lastError: "no network" }));
  // A change that is no recovery wakes nobody.
  const calls = way.channel.calls.length;
  way.channel.tell();
  await way.rest();
  expect(way.channel.calls).toHaveLength(calls);
  isReady = true;
  way.channel.status = {};
  way.channel.tell();
  await way.rest();
  expect(way.channel.texts()).toEqual(["a", "b"]);
});

test("a platform that fails while the connection knows it is down costs no attempt either", async () => {
  await using way = await wayOut();
  way.channel.status = { connected: false };
  way.channel.platform = () => {
    throw new SendError("busy", "connection refused");
  };
  await way.reply("1", "a");
  await way.pass(60 * 60_000, 5_000);
  expect(await way.row(1)).toMatchObject({ state: "queued", attempts: 0 });
});

test("after an uncertain call on a line that is known to be bad, everything else waits for a good one, notice first", async () => {
  await using way = await wayOut();
  let isBad = true;
  way.channel.status = { lifecycle: "recovering", connected: false };
  way.channel.platform = () => {
    if (isBad) throw new SendError("uncertain", "a proxy answered");
  };
  await way.reply("1", "lost");
  await way.rest();
  await way.reply("1", "next");
  await way.reply("2", "other");
  await way.pass(500);
  expect(way.channel.calls).toHaveLength(1);
  isBad = false;
  way.channel.status = {};
  way.channel.tell();
  await way.rest();
  expect(way.channel.texts("1")).toEqual([expect.stringMatching(NOTICE), "next"]);
  expect(way.channel.texts("2")).toEqual(["other"]);
});

test("an uncertain reply is never sent again by itself; its chat is told once, before anything else", async () => {
  await using way = await wayOut();
  way.channel.platform = ({ text }) => {
    if (text.startsWith("lost")) throw new SendError("uncertain", "timed out");
  };
  await way.reply("1:7", "lost|rest", "next", "lost too", "last");
  await way.reply("2", "lost");
  await way.pass(LONG_MS);
  const texts = way.channel.texts("1");
  expect(texts).toHaveLength(4);
  expect(texts[0]).toMatch(NOTICE);
  expect(texts.slice(1, 4)).toEqual(["next", expect.stringMatching(NOTICE), "last"]);
  expect(way.channel.arrived[0]).toMatchObject({ chatId: "1", topicId: "7" });
  expect(way.channel.texts("2")).toHaveLength(1);
  expect((await way.store.outbox.list({ states: ["unknown"] })).map(({ id }) => id)).toEqual([1, 3, 6]);
});

test("nobody but an agent’s chat is told: not of what others sent, not of a notice", async () => {
  await using way = await wayOut();
  way.channel.platform = () => {
    throw new SendError("uncertain", "timed out");
  };
  const send = request("1", "x", { origin: "send" });
  expect((await way.deliveries.deliver(send, 1_000)).state).toBe("uncertain");
  await way.rest();
  expect(way.channel.calls).toHaveLength(1);
  await way.reply("1", "y");
  await way.pass(LONG_MS);
  expect(way.channel.calls).toHaveLength(3);
  expect(await countQueues(way.store.inbox, way.store.outbox)).toMatchObject([{ queued: 0, unknown: 3 }]);
});

test("a failure nobody named may have arrived", async () => {
  await using way = await wayOut();
  way.channel.platform = () => {
    throw new TypeError("x is not a function");
  };
  await way.deliveries.deliver(request("1", "x", { origin: "send" }), 1_000);
  expect(await way.row(1)).toMatchObject({
    state: "unknown",
    lastError: expect.stringContaining("x is not a function"),
  });
});

test("a call that hangs is given up as uncertain, even by a connection that does not listen", async () => {
  await using way = await wayOut();
  const held = Promise.withResolvers<void>();
  way.channel.platform = ({ text }) => (text === "hangs" ? held.promise : undefined);
  await way.reply("1", "hangs", "next");
  await way.pass(SEND_DEADLINE_MS);
  expect(await way.row(1)).toMatchObject({ state: "unknown" });
  expect(way.channel.texts()).toEqual([expect.stringMatching(NOTICE), "next"]);
  // Its late end changes nothing.
  held.resolve();
  await way.rest();
  expect((await way.row(1)).state).toBe("unknown");
});

test("after a death what was under way is unknown before its chat hears anything else; the rest is sent", async () => {
  await using way = await wayOut();
  way.channel.platform = () => Promise.withResolvers<void>().promise;
  await way.reply("1", "a|b", "c");
  await way.reply("2", "d");
  await way.rest();
  way.channel.disconnect();
  await way.reply("3", "e|f");
  way.channel.platform = () => {};
  await way.restart();
  expect((await way.store.outbox.list({ states: ["unknown"] })).map(({ id }) => id)).toEqual([1, 3]);
  expect(way.channel.arrived).toEqual([]);
  way.channel.connect();
  await way.rest();
  expect(way.channel.texts("1")).toEqual([expect.stringMatching(NOTICE), "c"]);
  expect(way.channel.texts("2")).toEqual([expect.stringMatching(NOTICE)]);
  expect(way.channel.texts("3")).toEqual(["e", "f"]);
  await way.restart();
  await way.pass(LONG_MS);
  expect(way.channel.arrived).toHaveLength(5);
});

test("pauses outlive a restart", async () => {
  await using way = await wayOut();
  let isBusy = true;
  way.channel.platform = () => {
    if (isBusy) throw new SendError("busy", "429", { retryAfterMs: 10_000 });
  };
  await way.reply("1", "a");
  await way.rest();
  isBusy = false;
  await way.restart();
  await way.pass(9_999);
  expect(way.channel.texts()).toEqual([]);
  await way.pass(1);
  expect(way.channel.texts()).toEqual(["a"]);
});

test("a stop waits for what is under way, and begins nothing new", async () => {
  await using way = await wayOut();
  const held = Promise.withResolvers<void>();
  way.channel.platform = () => held.promise;
  await way.reply("1", "a|b", "c");
  await way.reply("2", "d");
  await way.rest();
  const stopped = way.deliveries.stop(5_000);
  held.resolve();
  await stopped;
  expect(way.channel.texts()).toEqual(["a", "d"]);
  expect(await way.row(1)).toMatchObject({ state: "queued", receipts: [{ messageId: "1" }] });
  expect(await way.row(3)).toMatchObject({ state: "sent" });
  await way.restart();
  await way.rest();
  expect(way.channel.texts()).toEqual(["a", "d", "b", "c"]);
});

test("what is not over within the stop’s budget stays marked as under way, and its late end touches nothing", async () => {
  await using way = await wayOut();
  const held = Promise.withResolvers<void>();
  let isAborted = false;
  way.channel.platform = (_, signal) => {
    signal.addEventListener("abort", () => (isAborted = true));
    return held.promise;
  };
  const waiting = way.deliveries.deliver(request("1", "a", { origin: "send" }), LONG_MS);
  await way.rest();
  const stopped = way.deliveries.stop(5_000);
  way.clock.advance(5_000);
  await stopped;
  expect(isAborted).toBe(true);
  expect((await waiting).state).toBe("pending");
  held.resolve();
  await way.rest();
  expect(await way.row(1)).toMatchObject({ state: "sending", receipts: [] });
});

test("no secret stands in an error that is kept", async () => {
  await using way = await wayOut();
  way.channel.platform = () => {
    throw new SendError("refused", "POST /bot123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOpp/sendMessage failed");
  };
  await way.reply("1", "a");
  await way.rest();
  expect((await way.row(1)).lastError).not.toContain("AAbbCCddEEffGGhhIIjj");
});
