import { expect, test } from "bun:test";
import type { SessionEntry } from "../../../src/store/index.ts";
import { publishedValidator } from "../../protocol/published.ts";
import { rig } from "./rig.ts";

const idle = { activeRunIds: [] };

/** Throws what the published schema finds wrong with a row. */
function check(row: object): void {
  const valid = publishedValidator("SessionRow");
  if (!valid(structuredClone(row))) throw new Error(JSON.stringify([row, valid.errors]));
}

test("a session that does not exist yet has the row of a fresh gateway", async () => {
  await using r = await rig();
  const row = r.sessions.row({ key: r.sessions.main("main") }, idle);
  check(row);
  expect(row).toMatchObject({
    key: "agent:main:main",
    permissionModePending: false,
    kind: "direct",
    classification: "main",
    agentId: "main",
    isMain: true,
    isBackground: false,
    updatedAt: null,
    archived: false,
    pinned: false,
    unread: false,
    effectiveFastMode: false,
    effectiveFastModeSource: "default",
    totalTokensFresh: false,
    effectiveResponseUsage: "off",
    effectiveQueueMode: "steer",
    modelProvider: "p",
    model: "m",
    modelOverrideSource: null,
    runtimeSelectionLocked: false,
    snapshotAt: r.clock.now(),
    hasActiveRun: false,
    activeRunIds: [],
  });
  expect(row).not.toHaveProperty("sessionId");
});

test("a row follows the runs: queued nowhere, running with their ids, then how the last one ended", async () => {
  await using r = await rig();
  const { record } = await r.enter(r.sessions.main("main"), { channel: "telegram" });
  const row = (entry: SessionEntry, activeRunIds: string[] = []) =>
    r.sessions.row({ ...record, entry: { ...record.entry, ...entry } }, { activeRunIds });
  const running = row({ status: "running", startedAt: 1 }, ["r1"]);
  check(running);
  expect(running).toMatchObject({
    status: "running",
    hasActiveRun: true,
    activeRunIds: ["r1"],
    startedAt: 1,
  });
  expect(running).toMatchObject({ lastChannel: "telegram", lastTo: "7", sessionId: record.sessionId });
  const ended = { startedAt: 5, endedAt: 25, lastRunId: "r1", abortedLastRun: false };
  for (const [stored, shown] of [
    ["done", "done"],
    ["error", "failed"],
    ["aborted", "killed"],
    ["timeout", "timeout"],
    ["running", "failed"],
  ] as const) {
    const finished = row({ ...ended, status: stored });
    check(finished);
    expect(finished).toMatchObject({ status: shown, hasActiveRun: false, runtimeMs: 20, lastRunId: "r1" });
  }
});

test("names, settings, tokens, times and the maker of a session are in its row, as the published schema wants them", async () => {
  await using r = await rig({ messages: { queue: { mode: "collect" } } });
  const cases: [rest: string, entry: SessionEntry, row: object][] = [
    [
      "telegram:group:-100:topic:3",
      { displayName: "Kitchen", subject: "S", chatType: "group" },
      {
        kind: "group",
        classification: "thread",
        chatType: "group",
        channel: "telegram",
        displayName: "Kitchen",
      },
    ],
    [
      "slack:channel:c",
      { chatType: "room" },
      { kind: "group", classification: "channel", chatType: "channel" },
    ],
    [
      "cron:j:run:s",
      { createdVia: "cron" },
      { classification: "cron", isBackground: true, createdVia: "cron" },
    ],
    [
      "subagent:u",
      { spawnedBy: r.sessions.main("main") },
      { classification: "subagent", spawnedBy: "agent:main:main" },
    ],
    [
      "dashboard:u",
      { label: "L", pinnedAt: 3 },
      { label: "L", pinned: true, pinnedAt: 3, createdVia: "operator" },
    ],
    ["openai:u", { createdVia: "openai" }, { createdVia: "run" }],
    ["telegram:direct:7", { createdVia: "telegram" }, { createdVia: "channel", classification: "direct" }],
    [
      "x",
      {
        providerOverride: "q",
        modelOverride: "n",
        modelOverrideSource: "user",
        thinkingLevel: "low",
        fastMode: "on",
      },
      {
        modelProvider: "q",
        model: "n",
        modelOverrideSource: "user",
        thinkingLevel: "low",
        effectiveFastMode: true,
      },
    ],
    [
      "y",
      { totalTokens: 7, costTotal: 0.1, contextTokens: 9 },
      { totalTokens: 7, totalTokensFresh: true, estimatedCostUsd: 0.1, contextTokens: 9 },
    ],
    ["z", { queueMode: "interrupt" }, { queueMode: "interrupt", effectiveQueueMode: "interrupt" }],
    [
      "u",
      { lastReadAt: 5, lastActivityAt: 6 },
      { unread: true, effectiveQueueMode: "collect", contextTokens: 32_000 },
    ],
    [
      "v",
      { lastReadAt: 9e15, lastActivityAt: 6, archivedAt: 4 },
      { unread: false, archived: true, archivedAt: 4 },
    ],
    ["w", { markedUnreadAt: 1 }, { unread: true }],
  ];
  for (const [rest, entry, expected] of cases) {
    const { record } = await r.enter(r.sessions.canonical(rest));
    const row = r.sessions.row({ ...record, entry: { ...record.entry, ...entry } }, idle);
    check(row);
    expect({ rest, ...row }).toMatchObject({ rest, ...expected });
    expect(row["createdActor"]).toEqual({
      type: "human",
      id: "gateway-owner",
      identity: { type: "profile", id: "gateway-owner" },
    });
  }
});
