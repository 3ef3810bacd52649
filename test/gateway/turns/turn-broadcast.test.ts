import { describe, expect, test } from "bun:test";
import type { RunFacts } from "../../../src/agent/index.ts";
import type { Client } from "../../../src/gateway/method.ts";
import { Metrics } from "../../../src/gateway/state/metrics.ts";
import { TurnBroadcast } from "../../../src/gateway/turns/turn-broadcast.ts";
import { Broadcaster, type EventSink } from "../../../src/gateway/wire/broadcast.ts";
import { EVENTS_OF_TURNS } from "./events.ts";
import type { RunId, SessionKey } from "../../../src/protocol/index.ts";
import { fits } from "../../../src/protocol/index.ts";
import type { SessionRecord, StoredEvent } from "../../../src/store/index.ts";
import { ManualClock } from "../../support/index.ts";
import { aClient } from "../clients.ts";

const KEY = "agent:main:one" as SessionKey;
const OTHER = "agent:main:two" as SessionKey;
const RUN: RunFacts = {
  runId: "run-1" as RunId,
  sessionKey: KEY,
  sessionId: "s-1",
  agentId: "main",
  kind: "chat",
  lane: "main",
};

type Frame = { event: string; payload: Record<string, unknown>; seq: number };

class Ear implements EventSink {
  readonly frames: Frame[] = [];
  private seq = 0;

  constructor(readonly client: Client) {}

  sendEvent(frame: string): boolean {
    this.frames.push(JSON.parse(frame));
    return true;
  }

  nextSeq(): number {
    return ++this.seq;
  }

  /** Names of what it heard, with stream, state, reason or phase. */
  get heard(): string[] {
    return this.frames.map(({ event, payload }) =>
      [event, payload["stream"] ?? payload["state"] ?? payload["reason"] ?? payload["phase"]]
        .filter((part) => part !== undefined)
        .join(" "),
    );
  }
}

function record(key = KEY): SessionRecord {
  return {
    key,
    agentId: "main",
    sessionId: "s-1",
    createdAt: 1,
    updatedAt: 2,
    entry: { label: "one", status: "running" },
  };
}

function stored(message: Record<string, unknown>): StoredEvent {
  const event = { type: "message", id: "m-1", timestamp: "2026-11-21T00:00:00.000Z", message };
  return { seq: 2, messageSeq: 1, event };
}

function setUp(...clients: Client[]) {
  const broadcaster = new Broadcaster(new Metrics());
  const ears = clients.map((client) => new Ear(client));
  for (const ear of ears) broadcaster.add(ear);
  let rowsBuilt = 0;
  const turns = new TurnBroadcast({
    publisher: broadcaster,
    clock: new ManualClock(1_000),
    agent: () => ({
      sessions: {
        row(session, { activeRunIds }) {
          rowsBuilt += 1;
          const { key } = session;
          if (!("entry" in session)) return { key };
          const { agentId, sessionId, entry } = session;
          const { label } = entry;
          return {
            key,
            agentId,
            sessionId,
            kind: "direct",
            label,
            status: "running",
            activeRunIds,
            snapshotAt: 9,
          };
        },
        wireMessage: ({ event }) => (event["message"] as Record<string, unknown> | undefined) ?? undefined,
      },
      runs: { active: () => [] },
    }),
  });
  return { turns, ears, broadcaster, rowsBuilt: () => rowsBuilt };
}

function play(turns: TurnBroadcast, key = KEY): void {
  const run = { ...RUN, sessionKey: key };
  turns.sessionChanged(record(key), { reason: "send" });
  turns.sessionMessage(record(key), stored({ role: "user", content: "hi" }), 1, run.runId);
  turns.agent(run, "lifecycle", { phase: "start" }, 1);
  turns.agent(run, "tool", { phase: "start", name: "exec" }, 2);
  turns.chat(run, 3, { state: "final", stopReason: "stop" });
  turns.sessionOperation(record(key), { operationId: "o", operation: "compact", phase: "start" });
}

describe("who hears a turn", () => {
  test("a reader without subscription or capability hears agent and chat, but no tools and no sessions", () => {
    const { turns, ears } = setUp(aClient("reader"));
    play(turns);
    expect(ears[0]?.heard).toEqual(["agent lifecycle", "chat final"]);
  });

  test("nobody without read scope hears anything", () => {
    const { turns, ears } = setUp(
      aClient("pairer", { scopes: ["operator.pairing"], caps: ["tool-events"] }),
      aClient("node", { role: "node", scopes: [] }),
    );
    for (const { client } of ears) turns.subscriptions.hearAll(client);
    play(turns);
    expect(ears.map(({ heard }) => heard)).toEqual([[], []]);
  });

  test("tool frames go to those who declared tool-events, subscribed or not", () => {
    const { turns, ears } = setUp(aClient("able", { caps: ["tool-events"] }));
    play(turns);
    expect(ears[0]?.heard).toEqual(["agent lifecycle", "agent tool", "chat final"]);
  });

  test("a subscribed client without tool-events hears the same frame as session.tool", () => {
    const able = aClient("able", { caps: ["tool-events"] });
    const plain = aClient("plain");
    const { turns, ears } = setUp(able, plain);
    turns.subscriptions.hearAll(plain);
    play(turns);
    const [tool] = (ears[0]?.frames ?? []).filter(({ payload }) => payload["stream"] === "tool");
    const [apart] = (ears[1]?.frames ?? []).filter(({ event }) => event === "session.tool");
    expect(apart?.payload).toEqual(tool?.payload ?? {});
    expect(apart?.payload).toMatchObject({ session: { key: KEY }, sessionId: "s-1", label: "one" });
    expect(ears[1]?.heard).toEqual([
      "sessions.changed send",
      "session.message",
      "agent lifecycle",
      "session.tool tool",
      "chat final",
      "session.operation start",
    ]);
  });

  test("sessions.messages.subscribe brings the messages of that session and of no other", () => {
    const { turns, ears } = setUp(aClient("window", { caps: ["tool-events"] }));
    const [ear] = ears;
    if (!ear) throw new Error("no ear");
    expect(turns.subscriptions.hear(ear.client, KEY)).toBe(true);
    play(turns, OTHER);
    expect(ear.heard).toEqual(["agent lifecycle", "agent tool", "chat final"]);
    ear.frames.length = 0;
    play(turns);
    expect(ear.heard).toEqual([
      "session.message",
      "agent lifecycle",
      "agent tool",
      "chat final",
      "session.operation start",
    ]);
    turns.subscriptions.unhear(ear.client, KEY);
    ear.frames.length = 0;
    play(turns);
    expect(ear.heard).toEqual(["agent lifecycle", "agent tool", "chat final"]);
  });

  test("a client with session-scoped-events hears only of the sessions it named", () => {
    const { turns, ears } = setUp(aClient("tab", { caps: ["tool-events", "session-scoped-events"] }));
    const [ear] = ears;
    if (!ear) throw new Error("no ear");
    play(turns);
    expect(ear.heard).toEqual([]);
    turns.subscriptions.hear(ear.client, KEY);
    play(turns, OTHER);
    expect(ear.heard).toEqual([]);
    play(turns);
    expect(ear.heard).toEqual([
      "session.message",
      "agent lifecycle",
      "agent tool",
      "chat final",
      "session.operation start",
    ]);
  });

  test("a connection that came later with the same identity has not subscribed", () => {
    const { turns, ears, broadcaster } = setUp(aClient("one"));
    const [first] = ears;
    if (!first) throw new Error("no ear");
    turns.subscriptions.hearAll(first.client);
    broadcaster.remove(first);
    const second = new Ear(aClient("one"));
    broadcaster.add(second);
    play(turns);
    expect(second.heard).toEqual(["agent lifecycle", "chat final"]);
  });

  test("one connection cannot name sessions without end", () => {
    const { turns } = setUp();
    const client = aClient("greedy");
    const named = Array.from({ length: 1_200 }, (_, index) =>
      turns.subscriptions.hear(client, `agent:main:${index}` as SessionKey),
    );
    expect(named.filter(Boolean)).toHaveLength(1_000);
    expect(turns.subscriptions.hear(client, "agent:main:3" as SessionKey)).toBe(true);
  });
});

describe("what is told", () => {
  test("every payload fits its declaration", () => {
    const able = aClient("able", { caps: ["tool-events"] });
    const plain = aClient("plain");
    const { turns, ears } = setUp(able, plain);
    for (const { client } of ears) turns.subscriptions.hearAll(client);
    play(turns);
    turns.metadataChanged();
    turns.sessionChanged(record(), { reason: "delete", deleted: true });
    const frames = ears.flatMap((ear) => ear.frames);
    expect(new Set(frames.map(({ event }) => event)).size).toBe(7);
    for (const { event, payload } of frames) {
      const schema = EVENTS_OF_TURNS.get(event)?.payload;
      if (!schema) throw new Error(`${event} is not declared`);
      expect([event, fits(schema, payload)]).toEqual([event, true]);
    }
  });

  test("the row's fields stand beside the row, but for its key and the time it was made", () => {
    const { turns, ears } = setUp(aClient("ui"));
    const [ear] = ears;
    if (!ear) throw new Error("no ear");
    turns.subscriptions.hearAll(ear.client);
    turns.sessionChanged(record(), { phase: "end", runId: RUN.runId });
    expect(ear.frames[0]?.payload).toEqual({
      sessionKey: KEY,
      agentId: "main",
      phase: "end",
      runId: "run-1",
      ts: 1_000,
      session: {
        key: KEY,
        agentId: "main",
        sessionId: "s-1",
        kind: "direct",
        label: "one",
        status: "running",
        activeRunIds: [],
        snapshotAt: 9,
      },
      sessionId: "s-1",
      kind: "direct",
      label: "one",
      status: "running",
      activeRunIds: [],
    });
  });

  test("a deleted session is told without its row", () => {
    const { turns, ears } = setUp(aClient("ui"));
    const [ear] = ears;
    if (!ear) throw new Error("no ear");
    turns.subscriptions.hearAll(ear.client);
    turns.sessionChanged(record(), { reason: "delete", deleted: true });
    expect(ear.frames[0]?.payload).toEqual({
      sessionKey: KEY,
      agentId: "main",
      reason: "delete",
      ts: 1_000,
      sessionId: "s-1",
    });
  });

  test("session.message names the run of an answer, but not of a step on the way to it", () => {
    const { turns, ears } = setUp(aClient("ui"));
    const [ear] = ears;
    if (!ear) throw new Error("no ear");
    turns.subscriptions.hearAll(ear.client);
    const told = (message: Record<string, unknown>) => {
      ear.frames.length = 0;
      turns.sessionMessage(record(), stored(message), 1, RUN.runId);
      return ear.frames[0]?.payload ?? {};
    };
    expect(told({ role: "assistant", content: [], stopReason: "stop" })).toMatchObject({ runId: "run-1" });
    expect(told({ role: "assistant", content: [], stopReason: "toolUse" })).not.toHaveProperty("runId");
    const asked = told({ role: "user", content: "x", __openclaw: { senderIsOwner: true } });
    expect(asked).toMatchObject({ senderIsOwner: true, messageId: "m-1", messageSeq: 1 });
    expect(asked).not.toHaveProperty("runId");
  });

  test("transcript events that are not shown are not told", () => {
    const { turns, ears } = setUp(aClient("ui"));
    const [ear] = ears;
    if (!ear) throw new Error("no ear");
    turns.subscriptions.hearAll(ear.client);
    turns.sessionMessage(
      record(),
      { seq: 1, messageSeq: 0, event: { type: "compaction", id: "c", timestamp: "" } },
      0,
    );
    expect(ear.heard).toEqual([]);
  });
});

test("no row is built when nobody hears it, and one for however many do", () => {
  const crowd = Array.from({ length: 50 }, (_, index) => aClient(`c${index}`));
  const { turns, ears, rowsBuilt } = setUp(...crowd);
  turns.sessionChanged(record(), { reason: "patch" });
  expect(rowsBuilt()).toBe(0);
  for (const { client } of ears) turns.subscriptions.hearAll(client);
  turns.sessionChanged(record(), { reason: "patch" });
  expect(rowsBuilt()).toBe(1);
  expect(ears.every(({ frames }) => frames.length === 1)).toBe(true);
});
