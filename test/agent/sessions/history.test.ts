import { expect, test } from "bun:test";
import fc from "fast-check";
import type { HistoryQuery, WireMessage } from "../../../src/agent/sessions/index.ts";
import type { SessionRecord } from "../../../src/store/index.ts";
import { assistant, call, event, result, user } from "./events.ts";
import { type Rig, rig } from "./rig.ts";

/** Contents of messages that are plain text or one text block. */
function texts(messages: readonly WireMessage[] | undefined): string {
  return (messages ?? [])
    .map(({ content }) =>
      typeof content === "string" ? content : /"text":"([^"]*)"/.exec(JSON.stringify(content))?.[1],
    )
    .join(" ");
}

async function talk(r: Rig, count: number): Promise<SessionRecord> {
  const { record } = await r.enter(r.sessions.main("main"));
  await r.say(
    record.key,
    ...Array.from({ length: count }, (_, i) => user(`m${i + 1}`, { id: `id${i + 1}` })),
  );
  return record;
}

test("pages go back from the newest message, each in order, and say where the next begins", async () => {
  await using r = await rig();
  const record = await talk(r, 7);
  const page = async (query: HistoryQuery) => {
    const found = await r.sessions.history(record, query);
    return [texts(found?.messages), found?.hasMore, found?.nextOffset, found?.totalMessages];
  };
  expect(await page({ limit: 3 })).toEqual(["m5 m6 m7", true, 3, 7]);
  expect(await page({ limit: 3, offset: 3 })).toEqual(["m2 m3 m4", true, 6, 7]);
  expect(await page({ limit: 3, offset: 6 })).toEqual(["m1", false, undefined, 7]);
  expect(await page({ limit: 3, offset: 9 })).toEqual(["", false, undefined, 7]);
  expect(await page({})).toEqual(["m1 m2 m3 m4 m5 m6 m7", false, undefined, 7]);
});

test("messages are shown with their place; other events not, but notes and compactions are", async () => {
  await using r = await rig();
  const { record } = await r.enter(r.sessions.main("main"));
  await r.say(
    record.key,
    event("model_change", {}),
    {
      ...user("hi", { id: "u" }),
      message: {
        role: "user",
        content: "hi",
        timestamp: 1,
        idempotencyKey: "k:user",
        __openclaw: { senderId: "x" },
      },
    },
    event("custom_message", {
      id: "n",
      customType: "run-failed-before-reply",
      content: "It failed.",
      details: { runId: "r" },
      display: true,
    }),
    event("custom_message", { customType: "hidden", content: "not shown", display: false }),
    event("compaction", { id: "c", summary: "S", tokensBefore: 4 }),
    assistant("yo"),
  );
  const page = await r.sessions.history(record, {});
  expect(page).toMatchObject({ totalMessages: 2, hasMore: false, sessionId: record.sessionId });
  expect(page?.messages).toMatchObject([
    {
      role: "user",
      content: "hi",
      __openclaw: {
        senderId: "x",
        id: "u",
        idempotencyKey: "k:user",
        recordTimestampMs: Date.UTC(2026, 0, 1),
        transcriptPosition: { source: expect.stringMatching(/^[\w-]{43}$/), rawSeq: 2 },
        seq: 1,
      },
    },
    { role: "custom", customType: "run-failed-before-reply", __openclaw: { id: "n", runId: "r" } },
    { role: "system", __openclaw: { kind: "compaction", id: "c", tokensBefore: 4 } },
    { role: "assistant", content: [{ type: "text", text: "yo" }], __openclaw: { seq: 2 } },
  ]);
});

test("history begins at the last reset; a message from before is found in its own stretch", async () => {
  await using r = await rig();
  const record = await talk(r, 3);
  await r.sessions.reset(record.key, "new");
  await r.say(record.key, user("n1", { id: "n1" }), user("n2"));
  const reset = (await r.sessions.get(record.key)) ?? record;
  expect(await r.sessions.history(reset, {})).toMatchObject({ totalMessages: 2, hasMore: false });
  expect(texts((await r.sessions.history(reset, {}))?.messages)).toBe("n1 n2");
  expect(texts((await r.sessions.history(reset, { messageId: "id2" }))?.messages)).toBe("m1 m2 m3");
  expect(texts((await r.sessions.history(reset, { messageId: "n1", limit: 1 }))?.messages)).toBe("n1");
  expect(await r.sessions.history(reset, { messageId: "none" })).toMatchObject({
    messages: [],
    totalMessages: 2,
  });
});

test("an earlier life is read by its id, another session's transcript is refused", async () => {
  await using r = await rig({ session: { reset: { mode: "idle", idleMinutes: 1 } } });
  const old = await talk(r, 2);
  r.clock.advance(120_000);
  const { record } = await r.enter(old.key);
  expect(await r.sessions.history(record, {})).toMatchObject({ messages: [], totalMessages: 0 });
  expect(texts((await r.sessions.history(record, { sessionId: old.sessionId }))?.messages)).toBe("m1 m2");
  const other = await r.enter(r.sessions.canonical("other"));
  expect(await r.sessions.history(record, { sessionId: other.record.sessionId })).toBeUndefined();
});

test("a cursor brings what is new, and says reset when its reading is over", async () => {
  await using r = await rig();
  const record = await talk(r, 2);
  const cursor = (await r.sessions.history(record, {}))?.deltaCursor ?? "";
  const fields: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
  expect(fields).toEqual({
    agentId: "main",
    sessionId: record.sessionId,
    generation: "0",
    lastSeq: 2,
    version: 1,
  });
  expect(await r.sessions.historySince(record, cursor, {})).toMatchObject({ kind: "delta", messages: [] });
  await r.say(record.key, user("m3"), event("custom"));
  const delta = await r.sessions.historySince(record, cursor, {});
  if (delta.kind !== "delta") throw new Error("a delta was expected");
  expect(texts(delta.messages)).toBe("m3");
  expect(await r.sessions.historySince(record, delta.deltaCursor, {})).toMatchObject({ messages: [] });
  for (const odd of ["", "x", Buffer.from("{}").toString("base64url")]) {
    expect(await r.sessions.historySince(record, odd, {})).toEqual({ kind: "reset" });
  }
  const reset = await r.sessions.reset(record.key, "reset");
  expect(await r.sessions.historySince(reset ?? record, cursor, {})).toEqual({ kind: "reset" });
});

test("long texts are cut and say so, pictures are told by size, and a page never exceeds its bytes", async () => {
  await using r = await rig();
  const { record } = await r.enter(r.sessions.main("main"));
  await r.say(
    record.key,
    user("x".repeat(50), { id: "long" }),
    user([{ type: "image", mimeType: "image/png", data: "A".repeat(400) }]),
    assistant("y".repeat(2_000), { details: { big: true } }),
  );
  const page = await r.sessions.history(record, { maxChars: 10 });
  expect(page?.messages).toMatchObject([
    { content: `${"x".repeat(10)}\n...(truncated)...`, __openclaw: { id: "long", truncated: true } },
    { content: [{ type: "image", mimeType: "image/png", omitted: true, bytes: 300 }] },
    { role: "assistant" },
  ]);
  expect(JSON.stringify(page)).not.toContain("AAAA");
  expect(JSON.stringify(page)).not.toContain("details");
  const small = await r.sessions.history(record, { maxBytes: 1_000 });
  expect(small?.messages).toMatchObject([{ __openclaw: { truncated: true, reason: "oversized" } }]);
  expect(small).toMatchObject({ hasMore: true, nextOffset: 1 });
  const around = await r.sessions.history(record, { messageId: "long", maxBytes: 1_000 });
  expect(around?.messages).toMatchObject([{ __openclaw: { id: "long" } }]);
  const whole = await r.sessions.message(record, "long");
  expect(whole).toMatchObject({ content: "x".repeat(50) });
  expect(await r.sessions.message(record, "none")).toBeUndefined();
});

test("going back page by page shows every message once, whatever the transcript and the page size", async () => {
  const shape = fc.array(
    fc.constantFrom("message", "custom", "custom_message", "compaction", "reset", "trim"),
    {
      maxLength: 30,
    },
  );
  await fc.assert(
    fc.asyncProperty(shape, fc.integer({ min: 1, max: 7 }), async (types, limit) => {
      await using r = await rig();
      const { record } = await r.enter(r.sessions.main("main"));
      let expected: string[] = [];
      for (const [i, type] of types.entries()) {
        if (type === "trim") {
          await r.sessions.keepLast(record.key, i % 5);
          const left = await r.store.transcripts.read(record.sessionId);
          expected = expected.filter((id) => left.some(({ event: { id: stored } }) => stored === id));
          continue;
        }
        const one = type === "message" ? user(`m${i}`) : event(type, { content: "c", display: true });
        await r.say(record.key, one);
        if (type === "reset") expected = [];
        else if (type !== "custom") expected.push(one.id);
      }
      const seen: string[] = [];
      let offset: number | undefined = 0;
      while (offset !== undefined) {
        const page = await r.sessions.history(record, { limit, offset });
        const ids = (page?.messages ?? []).map(
          (message) => /"id":"(e\d+)"/.exec(JSON.stringify(message))?.[1] ?? "",
        );
        seen.unshift(...ids);
        offset = page?.nextOffset;
      }
      expect(seen).toEqual(expected);
    }),
    { numRuns: 40 },
  );
}, 30_000);

test("previews, titles and the search look into what was said", async () => {
  await using r = await rig();
  const { record } = await r.enter(r.sessions.main("main"));
  const wanted = { title: true, lastMessage: true };
  expect(await r.sessions.titles(record, wanted)).toEqual({});
  await r.say(
    record.key,
    user("/status"),
    user("  \nHow do walruses sleep on the ice when it is really very cold outside and windy?\nTell me."),
    assistant([call("1")], { stopReason: "toolUse" }),
    result("1"),
    assistant("They\n\nfloat."),
    assistant("NO_REPLY"),
  );
  expect(await r.sessions.titles(record, wanted)).toEqual({
    derivedTitle: "How do walruses sleep on the ice when it is really very…",
    lastMessagePreview: "They float.",
  });
  expect(await r.sessions.preview(record, { limit: 2, maxChars: 20 })).toEqual([
    { role: "user", text: "How do walruses s..." },
    { role: "assistant", text: "They\n\nfloat." },
  ]);
  const named = await r.sessions.patch(record.key, { label: "Arctic" });
  expect(await r.sessions.titles(named ?? record, { title: true, lastMessage: false })).toEqual({
    derivedTitle: "Arctic",
  });
  expect(await r.sessions.search("walrus", { agentId: "main" })).toMatchObject([
    { sessionKey: record.key, sessionId: record.sessionId, role: "user", messageId: expect.any(String) },
  ]);
  expect(await r.sessions.search("walrus", { keys: [r.sessions.canonical("other")] })).toEqual([]);
});
