import { expect, test } from "bun:test";
import type { SessionKey } from "../../src/protocol/index.ts";
import type { SessionEntry, Store, TranscriptEvent } from "../../src/store/index.ts";
import type { StorePlace } from "./contract.ts";
import { type SetClock, setClock } from "./clock.ts";

/** Keys in tests are canonical by construction. */
export function keyOf(text: string): SessionKey {
  const isKey = (value: string): value is SessionKey => value.startsWith("agent:");
  if (!isKey(text)) throw new Error(`${text} is no session key`);
  return text;
}

export function message(id: string, role: string, text: string, at = "2026-01-01T00:00:00.000Z") {
  return { type: "message", id, parentId: null, timestamp: at, message: { role, content: text } };
}

export function marker(id: string, type: string): TranscriptEvent {
  return { type, id, parentId: null, timestamp: "2026-01-01T00:00:00.000Z" };
}

/** Runs a promise about a store on a fresh place, with a way to close and open it again. */
export function promises(engine: string, makePlace: () => StorePlace) {
  return (
    words: string,
    body: (store: Store, clock: SetClock, reopen: () => Promise<Store>) => Promise<void>,
  ) =>
    test(`${engine}: ${words}`, async () => {
      using place = makePlace();
      const clock = setClock();
      let store = await place.open(clock);
      const reopen = async () => {
        await store.close();
        store = await place.open(clock);
        return store;
      };
      try {
        await body(store, clock, reopen);
      } finally {
        await store.close();
      }
    });
}

/** What every engine promises of sessions and transcripts. */
export function sessionsContract(engine: string, makePlace: () => StorePlace): void {
  const promise = promises(engine, makePlace);
  const main = keyOf("agent:main:main");
  const fresh = (sessionId: string, entry: SessionEntry = {}, agentId = "main") => ({
    agentId,
    sessionId,
    entry,
  });

  promise(
    "a session is made once and found again with all it has, also after a restart",
    async (store, clock, reopen) => {
      const entry: SessionEntry = {
        chatType: "group",
        label: "Kitchen",
        lastRoute: { channel: "telegram", to: "-100", threadId: "7" },
        queueMode: "collect",
        status: "timeout",
        totalTokens: 12,
        costTotal: 0.5,
        abortedLastRun: true,
        parentSessionKey: main,
      };
      const opened = await store.sessions.open(main, fresh("s1", entry));
      expect(opened).toEqual({
        created: true,
        record: {
          key: main,
          agentId: "main",
          sessionId: "s1",
          createdAt: clock.now(),
          updatedAt: clock.now(),
          entry,
        },
      });
      clock.advance(5);
      expect(await store.sessions.open(main, fresh("s2"))).toEqual({
        created: false,
        record: opened.record,
      });
      const again = await reopen();
      expect(await again.sessions.get(main)).toEqual(opened.record);
      expect(await again.sessions.bySessionId("s1")).toEqual(opened.record);
      expect(await again.sessions.bySessionId("s2")).toBeUndefined();
      expect(await again.transcripts.lives(main)).toEqual(["s1"]);
    },
  );

  promise(
    "a patch sets, keeps and clears fields, and only for the transcript it meant",
    async (store, clock) => {
      expect(await store.sessions.patch(main, { label: "x" })).toBeUndefined();
      await store.sessions.open(main, fresh("s1", { label: "a", thinkingLevel: "high" }));
      clock.advance(10);
      const patched = await store.sessions.patch(main, { label: null, pinnedAt: 3, subject: undefined });
      expect(patched).toMatchObject({
        updatedAt: clock.now(),
        entry: { thinkingLevel: "high", pinnedAt: 3 },
      });
      expect(patched?.entry).not.toHaveProperty("label");
      expect(patched?.entry).not.toHaveProperty("subject");
      expect(await store.sessions.get(main)).toEqual(patched);
      expect(await store.sessions.patch(main, { label: "late" }, "s0")).toBeUndefined();
      expect(await store.sessions.get(main)).toEqual(patched);
    },
  );

  promise("reading or pinning a session does not move it in the list", async (store, clock) => {
    const { record } = await store.sessions.open(main, fresh("s1"));
    clock.advance(10);
    const read = await store.sessions.patch(main, { lastReadAt: 1, pinnedAt: 2 });
    expect(read?.updatedAt).toBe(record.updatedAt);
  });

  promise("lists filter, sort and page, and tell how many there are", async (store, clock) => {
    const keys: SessionKey[] = [];
    for (let i = 0; i < 10; i++) {
      const agentId = i % 2 === 0 ? "main" : "ops";
      const key = keyOf(`agent:${agentId}:telegram:direct:${i}`);
      keys.push(key);
      await store.sessions.open(key, fresh(`s${i}`, { label: `Label ${i}` }, agentId));
      clock.advance(1);
    }
    const since = clock.now();
    await store.sessions.patch(keyOf("agent:main:telegram:direct:4"), {
      archivedAt: 1,
      displayName: "ÄRGER",
    });
    const listed = async (query: Parameters<Store["sessions"]["list"]>[0]) => {
      const { rows, total } = await store.sessions.list(query);
      return { ids: rows.map((row) => row.sessionId).join(" "), total };
    };
    expect(await listed({})).toEqual({ ids: "s4 s9 s8 s7 s6 s5 s3 s2 s1 s0", total: 10 });
    expect(await listed({ limit: 2, offset: 1 })).toEqual({ ids: "s9 s8", total: 10 });
    expect(await listed({ agentId: "ops", sortBy: "key" })).toEqual({ ids: "s1 s3 s5 s7 s9", total: 5 });
    expect(await listed({ agentId: "main", archived: false, sortBy: "created" })).toEqual({
      ids: "s8 s6 s2 s0",
      total: 4,
    });
    expect(await listed({ archived: true })).toEqual({ ids: "s4", total: 1 });
    expect(await listed({ activeSince: since })).toEqual({ ids: "s4", total: 1 });
    expect(await listed({ search: " LABEL 3" })).toEqual({ ids: "s3", total: 1 });
    expect(await listed({ search: "ärger", archived: true })).toEqual({ ids: "s4", total: 1 });
    expect(await listed({ search: "%" })).toEqual({ ids: "", total: 0 });
    expect(await listed({ keyPrefix: "agent:ops:", limit: 1 })).toEqual({ ids: "s9", total: 5 });
    expect(await store.sessions.count()).toBe(10);
    expect(await store.sessions.count("ops")).toBe(5);
    expect(await store.sessions.count("nobody")).toBe(0);
  });

  promise("a renewed session has an empty transcript and keeps the old one readable", async (store) => {
    expect(await store.sessions.renew(main, "s2", {})).toBeUndefined();
    await store.sessions.open(main, fresh("s1", { label: "a", totalTokens: 3 }));
    await store.transcripts.append({ key: main, sessionId: "s1", events: [message("m1", "user", "hi")] });
    const renewed = await store.sessions.renew(main, "s2", { totalTokens: null });
    expect(renewed).toMatchObject({ sessionId: "s2", entry: { label: "a" } });
    expect(await store.transcripts.count("s2")).toBe(0);
    expect(await store.transcripts.count("s1")).toBe(1);
    expect(await store.transcripts.lives(main)).toEqual(["s1", "s2"]);
    expect((await store.sessions.bySessionId("s1"))?.sessionId).toBe("s2");
    const late = { key: main, sessionId: "s1", events: [message("m2", "user", "late")] };
    expect(await store.transcripts.append(late)).toBeUndefined();
    expect(await store.transcripts.count("s1")).toBe(1);
    await expect(store.sessions.renew(main, "s1", {})).rejects.toMatchObject({ code: "constraint" });
  });

  promise("removing leaves or takes the transcripts and what the search knew of them", async (store) => {
    await store.sessions.open(main, fresh("s1"));
    await store.transcripts.append({ key: main, sessionId: "s1", events: [message("m1", "user", "walrus")] });
    expect(await store.sessions.remove(main, { transcripts: false })).toBe(true);
    expect(await store.sessions.remove(main, { transcripts: false })).toBe(false);
    expect(await store.sessions.get(main)).toBeUndefined();
    expect(await store.transcripts.count("s1")).toBe(1);
    expect(await store.transcripts.search("walrus", { limit: 5 })).toHaveLength(1);
    await store.sessions.open(main, fresh("s2"));
    expect(await store.sessions.remove(main, { transcripts: true })).toBe(true);
    expect(await store.transcripts.count("s1")).toBe(0);
    expect(await store.transcripts.lives(main)).toEqual([]);
    expect(await store.transcripts.search("walrus", { limit: 5 })).toEqual([]);
  });

  promise(
    "events, entry and usage are written together, in order, and a repeat changes nothing",
    async (store, clock) => {
      await store.sessions.open(main, fresh("s1"));
      clock.advance(7);
      const usage = {
        at: clock.now(),
        agentId: "main",
        sessionKey: main,
        sessionId: "s1",
        runId: "r1",
        provider: "p",
        model: "m",
        channel: "webchat",
        input: 10,
        output: 2,
        cacheRead: 0,
        cacheWrite: 0,
        totalTokens: 12,
      };
      const request = {
        key: main,
        sessionId: "s1",
        events: [
          marker("s1", "session"),
          message("m1", "user", "hi"),
          marker("c1", "custom"),
          message("m2", "assistant", "ho"),
        ],
        entry: { totalTokens: 12, status: "done" },
        usage: [usage],
      } as const;
      const appended = await store.transcripts.append(request);
      expect(appended?.record).toMatchObject({
        updatedAt: clock.now(),
        entry: { totalTokens: 12, status: "done" },
      });
      expect(appended?.events.map(({ seq, messageSeq, event }) => [seq, messageSeq, event.id])).toEqual([
        [1, 0, "s1"],
        [2, 1, "m1"],
        [3, 1, "c1"],
        [4, 2, "m2"],
      ]);
      expect(await store.transcripts.read("s1")).toEqual(appended?.events ?? []);
      expect((await store.transcripts.append(request))?.events).toEqual([]);
      expect(await store.transcripts.count("s1")).toBe(4);
      const query = { from: 0, to: Number.MAX_SAFE_INTEGER };
      expect(await store.usage.calls(query, { limit: 9, offset: 0 })).toEqual([usage]);
      const more = await store.transcripts.append({
        ...request,
        events: [message("m2", "assistant", "ho"), message("m3", "user", "more")],
      });
      expect(more?.events).toMatchObject([{ seq: 5, messageSeq: 3, event: { id: "m3" } }]);
      expect(await store.transcripts.append({ ...request, key: keyOf("agent:main:none") })).toBeUndefined();
    },
  );

  promise("events that name no parent follow the newest one, so that the tree is whole", async (store) => {
    await store.sessions.open(main, fresh("s1"));
    const orphan = (id: string) => {
      const { parentId: _, ...event } = message(id, "user", id);
      return event;
    };
    await store.transcripts.append({ key: main, sessionId: "s1", events: [orphan("a"), orphan("b")] });
    await Promise.all([
      store.transcripts.append({ key: main, sessionId: "s1", events: [orphan("c")] }),
      store.transcripts.append({ key: main, sessionId: "s1", events: [orphan("d")] }),
    ]);
    // A repeat of an older event is left out, and what comes with it follows the newest all the same.
    const again = { key: main, sessionId: "s1", events: [orphan("a"), orphan("e")] };
    const appended = await store.transcripts.append(again);
    expect(appended?.events.map(({ event }) => [event.id, event.parentId])).toEqual([["e", "d"]]);
    const stored = await store.transcripts.read("s1");
    expect(stored.map(({ event }) => event.parentId ?? null)).toEqual([null, "a", "b", "c", "d"]);
  });

  promise("a transcript is read by range, type and from its end; single events are found", async (store) => {
    await store.sessions.open(main, fresh("s1"));
    const events = Array.from({ length: 20 }, (_, i) =>
      i % 5 === 0 ? marker(`e${i + 1}`, "custom") : message(`e${i + 1}`, "user", `text ${i}`),
    );
    await store.transcripts.append({ key: main, sessionId: "s1", events });
    const read = async (range: Parameters<Store["transcripts"]["read"]>[1]) =>
      (await store.transcripts.read("s1", range)).map(({ seq }) => seq);
    expect(await read({ limit: 3 })).toEqual([1, 2, 3]);
    expect(await read({ limit: 3, fromEnd: true })).toEqual([18, 19, 20]);
    expect(await read({ after: 4, before: 8 })).toEqual([5, 6, 7]);
    expect(await read({ before: 8, limit: 2, fromEnd: true })).toEqual([6, 7]);
    expect(await read({ limit: 2, offset: 3 })).toEqual([4, 5]);
    expect(await read({ limit: 2, offset: 3, fromEnd: true })).toEqual([16, 17]);
    expect(await read({ types: ["message"], limit: 2, offset: 3, fromEnd: true })).toEqual([15, 17]);
    expect(await read({ types: ["custom"] })).toEqual([1, 6, 11, 16]);
    expect(await store.transcripts.about("s1")).toEqual({
      sessionId: "s1",
      sessionKey: main,
      agentId: "main",
      startedAt: Date.UTC(2026, 0, 1),
      lastSeq: 20,
      messages: 16,
    });
    expect(await store.transcripts.about("none")).toBeUndefined();
    expect(await read({ types: ["custom"], limit: 1, fromEnd: true, before: 16 })).toEqual([11]);
    expect(await store.transcripts.read("none")).toEqual([]);
    expect(await store.transcripts.count("s1", ["message"])).toBe(16);
    expect(await store.transcripts.count("s1", ["message", "custom"])).toBe(20);
    expect(await store.transcripts.find("s1", "e7")).toMatchObject({ seq: 7, event: { id: "e7" } });
    expect(await store.transcripts.find("s1", "none")).toBeUndefined();
    expect(await store.transcripts.last("s1")).toMatchObject({ seq: 20 });
    expect(await store.transcripts.last("s1", "custom")).toMatchObject({ seq: 16 });
    expect(await store.transcripts.last("s1", "reset")).toBeUndefined();
  });

  promise("trimming removes the beginning; what follows keeps its numbers", async (store) => {
    await store.sessions.open(main, fresh("s1"));
    const events = [1, 2, 3, 4].map((i) => message(`e${i}`, "user", `word${i}`));
    await store.transcripts.append({ key: main, sessionId: "s1", events });
    expect(await store.transcripts.trim("s1", 2)).toBe(2);
    expect(await store.transcripts.trim("s1", 2)).toBe(0);
    const appended = await store.transcripts.append({
      key: main,
      sessionId: "s1",
      events: [message("e5", "user", "x")],
    });
    expect(appended?.events).toMatchObject([{ seq: 5, messageSeq: 5 }]);
    expect((await store.transcripts.read("s1")).map(({ seq }) => seq)).toEqual([3, 4, 5]);
    expect(await store.transcripts.search("word1", { limit: 5 })).toEqual([]);
    expect(await store.transcripts.search("word3", { limit: 5 })).toHaveLength(1);
  });

  promise("the search finds what people and agents said, by words and beginnings of words", async (store) => {
    const other = keyOf("agent:ops:main");
    await store.sessions.open(main, fresh("s1"));
    await store.sessions.open(other, fresh("s2", {}, "ops"));
    const blocks = {
      role: "assistant",
      content: [
        { type: "thinking", thinking: "secretly" },
        { type: "text", text: "Die Straßenbahn fährt" },
      ],
    };
    await store.transcripts.append({
      key: main,
      sessionId: "s1",
      events: [
        message("m1", "user", "When does the TRAM leave?"),
        { ...marker("m2", "message"), message: blocks },
        message("m3", "toolResult", "tram timetable"),
      ],
    });
    await store.transcripts.append({
      key: other,
      sessionId: "s2",
      events: [message("m1", "user", "tram again")],
    });
    const hits = await store.transcripts.search("tram", { limit: 9 });
    expect(hits.map((hit) => hit.sessionId).sort()).toEqual(["s1", "s2"]);
    expect(await store.transcripts.search("tram", { limit: 9, agentId: "ops" })).toEqual([
      {
        sessionKey: other,
        sessionId: "s2",
        seq: 1,
        eventId: "m1",
        score: expect.any(Number),
        at: Date.UTC(2026, 0, 1),
        role: "user",
        snippet: "tram again",
      },
    ]);
    expect(await store.transcripts.search("tram", { limit: 9, keys: [main] })).toHaveLength(1);
    expect(await store.transcripts.search("fahrt strass", { limit: 9 })).toEqual([]);
    expect(await store.transcripts.search("fahrt straß", { limit: 9 })).toMatchObject([
      { role: "assistant" },
    ]);
    expect(await store.transcripts.search("secretly", { limit: 9 })).toEqual([]);
    for (const odd of ['"', "AND", "a OR", "*", "NEAR(", "body:x", "-tram", ""]) {
      expect(await store.transcripts.search(odd, { limit: 9 })).toBeArray();
    }
  });
}
