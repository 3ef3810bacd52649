import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { exportSession, SessionImport } from "../../../src/agent/sessions/index.ts";
import { LEFT_BRANCH, readTranscript } from "../../../src/agent/sessions/transfer/foreign-transcript.ts";
import { entryFrom } from "../../../src/agent/sessions/transfer/foreign-entry.ts";
import type { SessionRecord } from "../../../src/store/index.ts";
import { assistant, event, user } from "./events.ts";
import { writePeerDatabase } from "./peer.ts";
import { type Rig, rig } from "./rig.ts";

const T = "2025-05-01T10:00:00.000Z";
const header = (id: string, version?: number) => ({
  type: "session",
  ...(version && { version }),
  id,
  timestamp: T,
  cwd: "/w",
});
const line = (id: string, parentId: string | null, text: string, at = T) => ({
  type: "message",
  id,
  parentId,
  timestamp: at,
  message: { role: "user", content: text },
});

function importOf(r: Rig): SessionImport {
  return new SessionImport({ store: r.store, clock: r.clock, tmpDir: r.dir, defaultAgentId: () => "main" });
}

/** Writes a sessions folder: the index, and a file for each transcript. */
function writeFolder(
  folder: string,
  index: object | string,
  files: Record<string, readonly object[] | string>,
): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "sessions.json"), typeof index === "string" ? index : JSON.stringify(index));
  for (const [name, lines] of Object.entries(files)) {
    const text = typeof lines === "string" ? lines : lines.map((one) => `${JSON.stringify(one)}\n`).join("");
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** Content, times and modes of everything below a folder. */
function snapshotOf(folder: string): unknown {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const { mtimeMs, mode, size } = statSync(path);
      return [path, mode, size, mtimeMs, entry.isFile() ? Bun.hash(readFileSync(path)).toString() : ""].join(
        " ",
      );
    })
    .sort();
}

async function texts(r: Rig, record: SessionRecord): Promise<string> {
  return (await r.sessions.context(record)).map(({ content }) => JSON.stringify(content)).join(" ");
}

test("the oldest format has no ids: they come from the lines, the same each time, and a compaction finds its place", () => {
  const lines = [
    header("s"),
    { type: "message", timestamp: T, message: { role: "user", content: "a" } },
    { type: "message", message: { role: "user", content: "b", timestamp: Date.parse(T) + 5 } },
    { type: "compaction", timestamp: T, summary: "S", firstKeptEntryIndex: 2, tokensBefore: 3 },
    "not an object",
    { noType: true },
  ];
  const { events, startedAt } = readTranscript(lines);
  expect(startedAt).toBe(Date.parse(T));
  expect(events).toMatchObject([
    { type: "message", id: "line-1", parentId: null, timestamp: T },
    { type: "message", id: "line-2", parentId: "line-1", timestamp: "2025-05-01T10:00:00.005Z" },
    { type: "compaction", id: "line-3", firstKeptEntryId: "line-2" },
  ]);
  expect(events).toHaveLength(3);
  expect(readTranscript(lines)).toEqual({ events, startedAt });
});

test("hook messages and commands of versions 2 and 3 become messages of today", () => {
  const message = (id: string, message: object) => ({
    type: "message",
    id,
    parentId: null,
    timestamp: T,
    message,
  });
  const { events } = readTranscript([
    header("s", 2),
    {
      ...message("1", { role: "hookMessage", customType: "x", content: "note", display: false }),
      parentId: undefined,
    },
    { ...message("2", { role: "custom", customType: "y", content: "n", details: { a: 1 } }), parentId: "1" },
    { ...message("3", { role: "bashExecution", command: "ls", output: "a b" }), parentId: "2" },
  ]);
  expect(events).toMatchObject([
    { type: "custom_message", id: "1", customType: "x", content: "note", display: false },
    { type: "custom_message", id: "2", customType: "y", display: true, details: { a: 1 } },
    { type: "custom_message", id: "3", customType: "bash", content: "Ran `ls`\n```\na b\n```" },
  ]);
});

test("a way that was left is kept, but is no part of the conversation", () => {
  const lines = [
    header("s", 4),
    line("a", null, "a"),
    line("b", "a", "left"),
    line("c", "a", "kept"),
    line("d", "c", "last"),
  ];
  const of = (rows: readonly object[]) =>
    readTranscript(rows).events.map(({ id, type, parentId }) => [id, type, parentId]);
  expect(of(lines)).toEqual([
    ["a", "message", null],
    ["b", "custom", "a"],
    ["c", "message", "b"],
    ["d", "message", "c"],
  ]);
  const leaf = { type: "leaf", id: "l", parentId: "d", targetId: "b", timestamp: T };
  expect(of([...lines, leaf]).map(([id, type]) => [id, type])).toEqual([
    ["a", "message"],
    ["b", "message"],
    ["c", "custom"],
    ["d", "custom"],
  ]);
  expect(readTranscript(lines).events[1]).toMatchObject({ customType: LEFT_BRANCH, data: lines[2] });
});

test("a version of the future is refused", () => {
  expect(() => readTranscript([header("s", 5)])).toThrow("version 5; versions 1 to 4 are known");
});

test("entries of others are taken in our words, and what makes no sense is left out", () => {
  expect(
    entryFrom({
      sessionId: "s",
      label: "L",
      chatType: "channel",
      status: "killed",
      fastMode: true,
      thinkingLevel: 5,
      queueMode: "steer-backlog",
      totalTokens: 7,
      estimatedCostUsd: 0.5,
      lifecycleRevision: "uuid",
      skillsSnapshot: { prompt: "long" },
      createdActor: { type: "human", source: "profile", id: "gateway-owner" },
      delivery: {
        kind: "external",
        route: { channel: "telegram", accountId: "a", target: { to: "7" } },
        context: { threadId: 3 },
      },
    }),
  ).toEqual({
    label: "L",
    chatType: "room",
    status: "aborted",
    fastMode: "on",
    totalTokens: 7,
    costTotal: 0.5,
    lifecycleRevision: 0,
    createdBy: { type: "human", id: "gateway-owner" },
    lastRoute: { channel: "telegram", accountId: "a", to: "7", threadId: "3" },
  });
  expect(entryFrom({ lastChannel: "whatsapp", lastTo: "1@g.us" })).toMatchObject({
    lastRoute: { channel: "whatsapp", to: "1@g.us" },
  });
});

test("a sessions folder is taken over once, whole, and stays as it is", async () => {
  await using r = await rig();
  const folder = writeFolder(
    join(r.dir, "agents", "Ops", "sessions"),
    {
      "agent:ops:main": {
        sessionId: "s1",
        updatedAt: 1_800_000,
        label: "Old",
        totalTokens: 9,
        inputTokens: 4,
      },
      "telegram:dm:7": { sessionId: "s2", updatedAt: 5, sessionFile: "/elsewhere/named.jsonl" },
      "telegram:group:-1:topic:3": { sessionId: "s3", sessionFile: "../../../etc/passwd" },
      broken: { updatedAt: 5 },
      "agent:a b:x": { sessionId: "s5" },
    },
    {
      "s1.jsonl": [
        header("s1", 3),
        line("m1", null, "walrus"),
        {
          ...assistant("yes", {
            provider: "p",
            model: "m",
            usage: { input: 5, output: 2, totalTokens: 7, cost: { total: 0.5 } },
          }),
          id: "m2",
          parentId: "m1",
          timestamp: T,
        },
      ],
      "named.jsonl": `${JSON.stringify(header("s2", 4))}\n${JSON.stringify(line("x", null, "direct"))}\n{"type":"mess`,
      "lost.jsonl": [header("s9", 4), line("y", null, "nobody's")],
      "junk.jsonl": "not a transcript",
      "s1.jsonl.reset.2025-01-01": "older",
    },
  );
  const before = snapshotOf(folder);
  const plan = await importOf(r).plan(r.dir);
  expect(plan.items.map(({ key, action, transcripts }) => [key, action, transcripts])).toEqual([
    ["agent:ops:main", "create", ["s1"]],
    ["agent:ops:telegram:direct:7", "create", ["s2"]],
    ["agent:ops:telegram:group:-1:topic:3", "create", []],
    ["agent:ops:imported:s9", "create", ["s9"]],
  ] as never);
  expect(plan.problems.join("\n")).toMatch(
    /"broken" names no session[^]*transcript of "agent:a b:x" is missing[^]*no agent id/,
  );
  expect(plan.problems.join("\n")).toContain("junk.jsonl is no transcript");
  expect((await r.sessions.list({})).total).toBe(0);

  const result = await importOf(r).run(r.dir);
  expect(result).toMatchObject({ sessions: 4, transcripts: 4, events: 4 });
  const main = await r.sessions.get(r.sessions.main("ops"));
  if (main === undefined) throw new Error("no session");
  expect(main).toMatchObject({
    agentId: "ops",
    sessionId: "s1",
    updatedAt: 1_800_000,
    createdAt: Date.parse(T),
    entry: { label: "Old", totalTokens: 9 },
  });
  expect(await texts(r, main)).toMatch(/walrus.*yes/);
  expect(await r.sessions.search("walrus", { agentId: "ops" })).toHaveLength(1);
  expect(await r.store.usage.sum({ from: 0, to: Date.now() }, "all")).toMatchObject([
    { totalTokens: 7, cost: { total: 0.5 } },
  ]);
  const lost = await r.sessions.get(r.sessions.canonical("imported:s9", "ops"));
  expect(lost?.entry).toMatchObject({ archivedAt: r.clock.now(), archiveReason: "imported" });

  const dump = await r.sessions.list({});
  const again = await importOf(r).run(r.dir);
  expect(again).toMatchObject({ sessions: 0, transcripts: 0, events: 0 });
  expect(again.items.every(({ action }) => action === "none")).toBe(true);
  expect(await r.sessions.list({})).toEqual(dump);
  expect(snapshotOf(folder)).toEqual(before);
});

test("what is here already stays: the other's transcripts become earlier lives of it", async () => {
  await using r = await rig();
  const { record } = await r.enter(r.sessions.main("main"));
  await r.say(record.key, user("mine"));
  const folder = writeFolder(
    join(r.dir, "sessions"),
    { main: { sessionId: "old", label: "theirs" } },
    { "old.jsonl": [header("old", 4), line("a", null, "theirs")] },
  );
  expect((await importOf(r).plan(folder)).items).toMatchObject([{ action: "history", key: record.key }]);
  expect(await importOf(r).run(folder)).toMatchObject({ sessions: 0, transcripts: 1, events: 1 });
  const present = await r.sessions.get(record.key);
  expect(present?.sessionId).toBe(record.sessionId);
  expect(present?.entry.label).toBeUndefined();
  expect(await r.store.transcripts.lives(record.key)).toEqual(["old", record.sessionId]);
  expect(await r.sessions.history(present ?? record, { sessionId: "old" })).toMatchObject({
    totalMessages: 1,
  });
});

test("what cannot be read is told and left out, the rest is taken", async () => {
  await using r = await rig();
  const folder = writeFolder(
    join(r.dir, "sessions"),
    { good: { sessionId: "g" }, future: { sessionId: "f" }, linked: { sessionId: "l" } },
    { "g.jsonl": [header("g", 4), line("a", null, "x")], "f.jsonl": [header("f", 9)] },
  );
  writeFileSync(join(r.dir, "secret"), `${JSON.stringify(header("l", 4))}\n`);
  linkSync(join(r.dir, "secret"), join(folder, "l.jsonl"));
  symlinkSync(join(r.dir, "secret"), join(folder, "m.jsonl"));
  const before = snapshotOf(folder);
  const result = await importOf(r).run(folder);
  expect(result).toMatchObject({ sessions: 1, transcripts: 1 });
  expect(result.problems.join("\n")).toMatch(
    /transcript f was left out: .*version 9[^]*transcript l was left out: .*second name/,
  );
  expect(await r.sessions.get(r.sessions.canonical("good"))).toMatchObject({ sessionId: "g" });
  for (const rest of ["future", "linked"])
    expect(await r.sessions.get(r.sessions.canonical(rest))).toBeUndefined();
  expect(snapshotOf(folder)).toEqual(before);
  const torn = writeFolder(join(r.dir, "torn"), "{", { "t.jsonl": [header("t", 4)] });
  expect((await importOf(r).run(torn)).problems.join("\n")).toContain("sessions.json cannot be read");
  expect((await importOf(r).plan(join(r.dir, "nowhere"))).problems).toEqual([
    `${join(r.dir, "nowhere")}: there are no sessions here`,
  ]);
});

test("the database of another gateway is read from a copy, packed lines and journal included, and stays as it is", async () => {
  await using r = await rig();
  const path = join(r.dir, "state", "agents", "ops", "agent", "openclaw-agent.sqlite");
  using db = writePeerDatabase(path, [
    {
      key: "agent:ops:main",
      sessionId: "now",
      entry: { label: "Peer", updatedAt: 9_000, createdAt: 1_500, chatType: "direct" },
      transcripts: {
        before: [header("before", 4), line("a", null, "first life")],
        now: [header("now", 4), line("b", null, "second life"), line("c", "b", "more")],
      },
    },
    { key: "agent:ops:empty", sessionId: "e", transcripts: {} },
  ]);
  const before = snapshotOf(join(r.dir, "state"));
  expect(existsSync(`${path}-wal`)).toBe(true);
  const result = await importOf(r).run(join(r.dir, "state"));
  expect(result).toMatchObject({ sessions: 2, events: 3, problems: [] });
  const main = await r.sessions.get(r.sessions.main("ops"));
  if (main === undefined) throw new Error("no session");
  expect(main).toMatchObject({
    sessionId: "now",
    createdAt: 1_500,
    updatedAt: 9_000,
    entry: { label: "Peer" },
  });
  expect(await r.store.transcripts.lives(main.key)).toEqual(["before", "now"]);
  expect(await texts(r, main)).toMatch(/second life.*more/);
  expect(await importOf(r).run(path)).toMatchObject({ sessions: 0, transcripts: 0, problems: [] });
  expect(snapshotOf(join(r.dir, "state"))).toEqual(before);
  expect(readdirSync(r.dir).filter((name) => name.startsWith("openclaw-import"))).toEqual([]);
  expect(db.filename).toBe(path);
});

test("a database that is none of an agent is refused by name", async () => {
  await using r = await rig();
  const problems = async (path: string) => (await importOf(r).plan(path)).problems.join();
  writePeerDatabase(join(r.dir, "shared.sqlite"), [], "global").close();
  expect(await problems(join(r.dir, "shared.sqlite"))).toContain("is not the database of an agent");
  writeFileSync(
    join(r.dir, "noise.sqlite"),
    "not a database at all, but long enough to be read as one".repeat(20),
  );
  expect(await problems(join(r.dir, "noise.sqlite"))).toContain("cannot be read");
  expect(await problems(join(r.dir, "state.sqlite"))).toContain("has no schema_meta.role");
});

test("what is exported is imported as it was, whatever was said", async () => {
  const content = fc.oneof(fc.string({ minLength: 1 }), fc.constant([{ type: "text", text: "block\u2028" }]));
  const one = fc.oneof(
    content.map((said) => user(said)),
    content.map((said) => assistant(said)),
    fc.constant("custom").map((type) => event(type, { data: { deep: [1, null] } })),
    fc.constant("reset").map((type) => event(type, { reason: "new" })),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 12 }), async (events) => {
      await using from = await rig();
      await using to = await rig();
      const { record } = await from.enter(from.sessions.canonical("x"));
      let parentId: string | null = null;
      const unique = events.map((shape, i) => {
        const made = { ...shape, id: `id${i}`, parentId };
        parentId = made.id;
        return made;
      });
      await from.say(record.key, ...unique);
      const lines: string[] = [];
      for await (const text of exportSession(from.store.transcripts, { record, cwd: "/w" })) lines.push(text);
      expect(lines.every((text) => !text.includes("\n"))).toBe(true);
      expect(JSON.parse(lines[0] ?? "")).toEqual({
        type: "session",
        version: 4,
        id: record.sessionId,
        timestamp: new Date(record.createdAt).toISOString(),
        cwd: "/w",
      });
      const folder = join(to.dir, "sessions");
      writeFolder(
        folder,
        { x: { sessionId: record.sessionId } },
        { [`${record.sessionId}.jsonl`]: lines.map((text) => `${text}\n`).join("") },
      );
      await importOf(to).run(folder);
      const [theirs, ours] = await Promise.all([
        from.store.transcripts.read(record.sessionId),
        to.store.transcripts.read(record.sessionId),
      ]);
      expect(ours).toEqual(theirs);
    }),
    { numRuns: 20 },
  );
}, 30_000);
