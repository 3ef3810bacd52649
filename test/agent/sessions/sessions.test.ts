import { expect, test } from "bun:test";
import { exportSession } from "../../../src/agent/sessions/index.ts";
import type { TranscriptEvent } from "../../../src/store/index.ts";
import { assistant, call, event, result, user } from "./events.ts";
import { configOf, OWNER, rig } from "./rig.ts";

const hour = 60 * 60_000;

test("keys: a bare key is the default agent's, main is the shared conversation, ids are small", async () => {
  await using r = await rig();
  const { sessions } = r;
  expect(sessions.canonical("main") as string).toBe("agent:main:main");
  expect(sessions.canonical("X:1", "OPS") as string).toBe("agent:ops:x:1");
  expect(sessions.agentOf(sessions.canonical("a", "ops"))).toBe("ops");
  expect(sessions.main("ops") as string).toBe("agent:ops:main");
  r.config = configOf({ session: { scope: "global" } });
  expect(sessions.canonical("main") as string).toBe("agent:main:global");
  expect(sessions.main("main") as string).toBe("agent:main:global");
});

test("a session is made at its first message and knows how it came to be", async () => {
  await using r = await rig();
  const key = r.sessions.canonical("telegram:group:-100");
  const first = await r.enter(key, { channel: "telegram" });
  expect(first).toMatchObject({
    created: true,
    renewed: undefined,
    record: {
      key,
      agentId: "main",
      entry: {
        chatType: "group",
        groupId: "-100",
        createdVia: "chat.send",
        createdBy: { type: "human", id: "gateway-owner" },
        sessionStartedAt: r.clock.now(),
        lastInteractionAt: r.clock.now(),
        lastRoute: { channel: "telegram", to: "7" },
      },
    },
  });
  expect(r.sessions.isGroup(first.record)).toBe(true);
  r.clock.advance(5);
  const second = await r.enter(key);
  expect(second).toMatchObject({ created: false, renewed: undefined });
  expect(second.record.entry).toMatchObject({
    lastInteractionAt: r.clock.now(),
    sessionStartedAt: r.clock.now() - 5,
    lastRoute: { channel: "telegram" },
  });
  expect(await r.sessions.get(key)).toEqual(second.record);
});

test("a group is called what its platform calls it now; a direct chat has no such name", async () => {
  await using r = await rig();
  const said = (kind: "group" | "direct", title: string) => ({ sender: { ...OWNER, chat: { kind, title } } });
  const group = r.sessions.canonical("telegram:group:-100");
  await r.enter(group, said("group", "Kitchen"));
  const { record } = await r.enter(group, said("group", "Living room"));
  expect(record.entry).toMatchObject({ chatType: "group", subject: "Living room" });
  const direct = r.sessions.canonical("telegram:direct:7");
  await r.enter(direct, said("direct", "Ann"));
  expect((await r.enter(direct, said("direct", "Ann"))).record.entry.subject).toBeUndefined();
});

test("a message after the timer ran out begins a new transcript; the old one stays, settings too", async () => {
  await using r = await rig({ session: { reset: { mode: "idle", idleMinutes: 60 } } });
  const key = r.sessions.main("main");
  const first = await r.enter(key);
  await r.say(key, user("hi"));
  await r.sessions.patch(key, { thinkingLevel: "high", totalTokens: 9, status: "done", label: "Name" });
  r.clock.advance(hour);
  expect(await r.enter(key)).toMatchObject({ renewed: undefined });
  r.clock.advance(hour + 1);
  const renewed = await r.enter(key);
  expect(renewed).toMatchObject({ created: false, renewed: "idle" });
  expect(renewed.record.sessionId).not.toBe(first.record.sessionId);
  expect(renewed.record.entry).toMatchObject({
    thinkingLevel: "high",
    label: "Name",
    totalTokens: 0,
    lifecycleRevision: 1,
    sessionStartedAt: r.clock.now(),
  });
  expect(renewed.record.entry).not.toHaveProperty("status");
  expect(await r.sessions.context(renewed.record)).toEqual([]);
  expect(await r.sessions.context(first.record)).toHaveLength(1);
});

test("the gateway's own turns neither keep a session alive nor begin it anew", async () => {
  await using r = await rig({ session: { reset: { mode: "idle", idleMinutes: 60 } } });
  const key = r.sessions.main("main");
  const { record } = await r.enter(key);
  for (let i = 0; i < 4; i++) {
    r.clock.advance(hour / 2);
    expect(await r.enter(key, { internal: true })).toMatchObject({ renewed: undefined });
  }
  expect((await r.sessions.get(key))?.entry.lastInteractionAt).toBe(record.entry.lastInteractionAt ?? 0);
  expect(await r.enter(key)).toMatchObject({ renewed: "idle" });
});

test("the daily reset happens at the first message after its hour, once", async () => {
  await using r = await rig({ session: { reset: { mode: "daily", atHour: 4 } } });
  const key = r.sessions.main("main");
  await r.enter(key);
  r.clock.advance(15 * hour);
  expect(await r.enter(key)).toMatchObject({ renewed: undefined });
  r.clock.advance(2 * hour);
  expect(await r.enter(key)).toMatchObject({ renewed: "daily" });
  expect(await r.enter(key)).toMatchObject({ renewed: undefined });
});

test("a message brings an archived session back; a turn of the gateway does not", async () => {
  await using r = await rig();
  const key = r.sessions.canonical("dashboard:1");
  await r.enter(key);
  await r.sessions.patch(key, { archivedAt: 1, archiveReason: "manual" });
  expect((await r.enter(key, { internal: true })).record.entry.archivedAt).toBe(1);
  const { entry } = (await r.enter(key)).record;
  expect(entry.archivedAt).toBeUndefined();
  expect(entry.archiveReason).toBeUndefined();
});

test("a reset keeps the session id, ends what the model sees, and counts from zero", async () => {
  await using r = await rig();
  const key = r.sessions.main("main");
  expect(await r.sessions.reset(key, "new")).toBeUndefined();
  const { record } = await r.enter(key);
  await r.say(key, user("before", { id: "m1" }), assistant("answer"));
  await r.sessions.patch(key, { totalTokens: 5, inputTokens: 5, outputTokens: 1, label: "kept" });
  const reset = await r.sessions.reset(key, "new");
  expect(reset).toMatchObject({
    sessionId: record.sessionId,
    entry: { totalTokens: 0, inputTokens: 0, lifecycleRevision: 1, label: "kept", systemSent: false },
  });
  const stored = await r.store.transcripts.last(record.sessionId);
  expect(stored?.event).toMatchObject({ type: "reset", reason: "new" });
  expect(stored?.event.parentId).toBe((await r.store.transcripts.read(record.sessionId))[1]?.event.id ?? "");
  expect(await r.sessions.context(record)).toEqual([]);
  await r.say(key, user("after"));
  expect(await r.sessions.context(record)).toMatchObject([{ content: "after" }]);
});

test("after a compaction the model sees its summary, then what was kept, then what followed", async () => {
  await using r = await rig();
  const key = r.sessions.main("main");
  const { record } = await r.enter(key);
  await r.say(
    key,
    user("old"),
    assistant("older answer"),
    user("kept", { id: "kept" }),
    assistant([call("1")], { stopReason: "toolUse" }),
    result("1"),
    event("compaction", { summary: "They spoke of old things.", firstKeptEntryId: "kept", tokensBefore: 9 }),
    user("new"),
  );
  const texts = (await r.sessions.context(record)).map((message) => JSON.stringify(message.content));
  expect(texts).toHaveLength(5);
  expect(texts[0]).toContain("<summary>\\nThey spoke of old things.\\n</summary>");
  expect(texts.slice(1).join(" ")).toMatch(/kept.*toolCall.*result of 1.*new/);
  expect(texts.join(" ")).not.toContain("older answer");
  await r.say(key, event("compaction", { summary: "Second.", firstKeptEntryId: "unknown" }), user("last"));
  const again = await r.sessions.context(record);
  expect(again).toHaveLength(2);
  expect(JSON.stringify(again)).toContain("Second.");
});

test("a compaction from before a reset is over with it", async () => {
  await using r = await rig();
  const key = r.sessions.main("main");
  const { record } = await r.enter(key);
  await r.say(key, user("old", { id: "o" }), event("compaction", { summary: "S", firstKeptEntryId: "o" }));
  await r.sessions.reset(key, "reset");
  await r.say(key, user("new"));
  expect(await r.sessions.context(record)).toMatchObject([{ content: "new" }]);
});

test("keeping the last lines drops the older ones, and clients must read anew", async () => {
  await using r = await rig();
  const key = r.sessions.main("main");
  expect(await r.sessions.keepLast(key, 2)).toBeUndefined();
  await r.enter(key);
  await r.say(key, user("1"), user("2"), user("3"));
  expect(await r.sessions.keepLast(key, 5)).toBe(0);
  const before = await r.sessions.get(key);
  if (before === undefined) throw new Error("no session");
  const page = await r.sessions.history(before, {});
  expect(await r.sessions.keepLast(key, 2)).toBe(1);
  const after = await r.sessions.get(key);
  if (after === undefined) throw new Error("no session");
  expect(await r.sessions.context(after)).toHaveLength(2);
  expect(await r.sessions.historySince(after, page?.deltaCursor ?? "", {})).toEqual({ kind: "reset" });
  expect(await r.sessions.history(after, {})).toMatchObject({ totalMessages: 2, hasMore: false });
});

test("the send policy is read from the configuration in force", async () => {
  await using r = await rig();
  const { record } = await r.enter(r.sessions.canonical("telegram:direct:7"));
  expect(r.sessions.maySend(record)).toBe(true);
  r.config = configOf({
    session: { sendPolicy: { rules: [{ action: "deny", match: { keyPrefix: "telegram:" } }] } },
  });
  expect(r.sessions.maySend(record)).toBe(false);
});

test("the transcript tells when model or thinking of a session change, and so does what is exported", async () => {
  await using r = await rig();
  const key = r.sessions.canonical("talk");
  const { record } = await r.enter(key);
  await r.say(key, user("hello"));
  await r.sessions.patch(key, { label: "talk" });
  await r.sessions.patch(key, { providerOverride: "q", modelOverride: "large", thinkingLevel: "high" });
  await r.sessions.patch(key, { providerOverride: "q", modelOverride: "large", thinkingLevel: "high" });
  const patched = await r.sessions.patch(key, {
    providerOverride: null,
    modelOverride: null,
    thinkingLevel: null,
  });
  expect(patched?.entry).not.toHaveProperty("modelOverride");
  const lines = exportSession(r.store.transcripts, { record, cwd: "/w" });
  const events = (await Array.fromAsync(lines)).map((line): TranscriptEvent => JSON.parse(line));
  const [, said, ...told] = events;
  expect(told).toMatchObject([
    { type: "model_change", provider: "q", modelId: "large", parentId: said?.id ?? "" },
    { type: "thinking_level_change", thinkingLevel: "high", parentId: told[0]?.id ?? "" },
    { type: "model_change", provider: "p", modelId: "m" },
    { type: "thinking_level_change", thinkingLevel: "default" },
  ]);
  expect(told).toHaveLength(4);
  expect(await r.sessions.context(record)).toHaveLength(1);
});
