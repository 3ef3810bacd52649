import { expect, test } from "bun:test";
import fc from "fast-check";
import { UsageReports } from "../../../src/agent/sessions/index.ts";
import { calendarOf, shiftDay } from "../../../src/agent/sessions/usage/days.ts";
import { daysOf, rangeOf } from "../../../src/agent/sessions/usage/range.ts";
import type { SessionKey } from "../../../src/protocol/index.ts";
import type { TranscriptEvent, UsageRecord } from "../../../src/store/index.ts";
import { assistant, call, result, user } from "./events.ts";
import { type Rig, rig } from "./rig.ts";

const utc = (text: string) => Date.parse(`${text}Z`);
const hour = 60 * 60_000;

test("a calendar's days follow each other without gap, in every zone, through changes of the clock", () => {
  const zones = [
    { mode: "utc" },
    { mode: "gateway" },
    { mode: "specific", utcOffset: "UTC-12:00" },
    { mode: "specific", utcOffset: "UTC+5:30" },
    { mode: "specific", timeZone: "Europe/Vienna" },
    { mode: "specific", timeZone: "Pacific/Kiritimati" },
    { mode: "specific", timeZone: "Australia/Lord_Howe" },
    { mode: "specific", timeZone: "America/St_Johns", utcOffset: "UTC+1" },
  ];
  const date = fc.date({ noInvalidDate: true, min: new Date("1995-01-01"), max: new Date("2040-01-01") });
  for (const zone of zones) {
    const calendar = calendarOf(zone);
    fc.assert(
      fc.property(date, (at) => {
        const day = calendar.dayOf(at.getTime());
        const start = calendar.startOf(day);
        const end = calendar.startOf(shiftDay(day, 1));
        expect(start).toBeLessThanOrEqual(at.getTime());
        expect(end).toBeGreaterThan(at.getTime());
        expect(calendar.dayOf(start)).toBe(day);
        expect(calendar.dayOf(start - 1)).not.toBe(day);
        expect([23, 23.5, 24, 24.5, 25].map((hours) => hours * hour)).toContain(end - start);
      }),
      { numRuns: 60 },
    );
  }
  expect(
    new Date(calendarOf({ mode: "specific", timeZone: "Europe/Vienna" }).startOf("2026-07-01")).toISOString(),
  ).toBe("2026-06-30T22:00:00.000Z");
});

test("a range is the last month unless told; what cannot be one is refused", () => {
  const now = utc("2026-11-21T09:00:00");
  const days = (params: object) => {
    const range = rangeOf(params, now);
    return [range.firstDay, range.lastDay, new Date(range.to).toISOString()];
  };
  expect(days({})).toEqual(["2026-10-23", "2026-11-21", "2026-11-22T00:00:00.000Z"]);
  expect(days({ days: 1 })).toEqual(["2026-11-21", "2026-11-21", "2026-11-22T00:00:00.000Z"]);
  expect(days({ days: "7" })[0]).toBe("2026-11-15");
  expect(days({ days: 0 })[0]).toBe("2026-11-21");
  expect(days({ range: "1y" })[0]).toBe("2025-11-22");
  expect(days({ range: "all" })[0]).toBe("1970-01-01");
  expect(days({ startDate: "2026-02-27", endDate: "2026-03-01" })[2]).toBe("2026-03-02T00:00:00.000Z");
  expect(daysOf({ firstDay: "2028-02-28", lastDay: "2028-03-01" })).toEqual([
    "2028-02-28",
    "2028-02-29",
    "2028-03-01",
  ]);
  const bad: [params: object, reason: string][] = [
    [{ startDate: "2026-02-30", endDate: "2026-03-01" }, "invalid startDate"],
    [{ startDate: "2026-02-03", endDate: 5 }, "invalid endDate"],
    [{ startDate: "2026-02-03" }, "together"],
    [{ startDate: "2026-02-03", endDate: "2026-02-02" }, "must not be after"],
    [{ mode: "specific", timeZone: "Mars/Base" }, "invalid timeZone"],
    [{ mode: "specific", utcOffset: "UTC+15:00" }, "invalid utcOffset"],
  ];
  for (const [params, reason] of bad) expect(() => rangeOf(params, now)).toThrow(reason);
});

/** Reports over two sessions of two agents. */
async function world(): Promise<Rig & { reports: UsageReports; main: SessionKey; ops: SessionKey }> {
  const r = await rig();
  const main = r.sessions.main("main");
  const ops = r.sessions.main("ops");
  const reports = new UsageReports({
    store: r.store,
    clock: r.clock,
    sessions: r.sessions,
    defaultAgentId: () => "main",
  });
  const at = (event: TranscriptEvent, time: string) => ({ ...event, timestamp: `${time}Z` });
  const used = (
    key: SessionKey,
    sessionId: string,
    time: string,
    fields: Partial<UsageRecord>,
  ): UsageRecord => ({
    at: utc(time),
    agentId: r.sessions.agentOf(key),
    sessionKey: key,
    sessionId,
    runId: "r",
    provider: "p",
    model: "m",
    channel: "webchat",
    input: 100,
    output: 20,
    cacheRead: 10,
    cacheWrite: 0,
    totalTokens: 130,
    ...fields,
  });
  const cost = (total: number) => ({ input: total, output: 0, cacheRead: 0, cacheWrite: 0, total });
  const one = (await r.enter(main)).record;
  await r.store.transcripts.append({
    key: main,
    sessionId: one.sessionId,
    events: [
      at(user("hi"), "2026-06-14T23:50:00"),
      at(assistant([call("1"), call("2")], { stopReason: "toolUse" }), "2026-06-14T23:55:00"),
      at(result("1"), "2026-06-15T00:01:00"),
      at(assistant("done", { usage: { totalTokens: 7, cost: { total: 0.5 } } }), "2026-06-15T00:02:00"),
    ],
    usage: [
      used(main, one.sessionId, "2026-06-14T23:55:00", { cost: cost(1), durationMs: 100 }),
      used(main, one.sessionId, "2026-06-15T00:02:00", { model: "n", durationMs: 300 }),
    ],
  });
  const two = (await r.enter(ops)).record;
  await r.store.transcripts.append({
    key: ops,
    sessionId: two.sessionId,
    events: [
      at(user("x"), "2026-06-15T08:00:00"),
      at(assistant("", { stopReason: "error" }), "2026-06-15T08:01:00"),
    ],
    usage: [
      used(ops, two.sessionId, "2026-06-15T08:01:00", { provider: "q", channel: "telegram", cost: cost(4) }),
    ],
  });
  return Object.assign(r, { reports, main, ops });
}

test("on a fresh gateway every report is there and empty", async () => {
  await using r = await rig();
  const reports = new UsageReports({
    store: r.store,
    clock: r.clock,
    sessions: r.sessions,
    defaultAgentId: () => "main",
  });
  const zeros = {
    input: 0,
    output: 0,
    cacheRead: 0,
    cacheWrite: 0,
    totalTokens: 0,
    totalCost: 0,
    inputCost: 0,
    outputCost: 0,
    cacheReadCost: 0,
    cacheWriteCost: 0,
    missingCostEntries: 0,
  };
  const today = new Date(r.clock.now()).toISOString().slice(0, 10);
  expect(reports.status()).toEqual({ updatedAt: r.clock.now(), providers: [] });
  expect(await reports.cost({ days: 1 })).toEqual({
    updatedAt: r.clock.now(),
    days: 1,
    daily: [{ date: today, ...zeros }],
    totals: zeros,
    cacheStatus: { status: "fresh", cachedFiles: 0, pendingFiles: 0, staleFiles: 0 },
  });
  expect(await reports.sessions({})).toEqual({
    updatedAt: r.clock.now(),
    startDate: shiftDay(today, -29),
    endDate: today,
    sessions: [],
    totals: zeros,
    aggregates: {
      sessionCount: 0,
      messages: { total: 0, user: 0, assistant: 0, toolCalls: 0, toolResults: 0, errors: 0 },
      tools: { totalCalls: 0, uniqueTools: 0, tools: [] },
      byModel: [],
      byProvider: [],
      byAgent: [],
      byChannel: [],
      byCreator: [],
      costDaily: [],
      dailyLatency: [],
      modelDaily: [],
      daily: [],
    },
    creatorOptions: [],
    cacheStatus: { status: "fresh", cachedFiles: 0, pendingFiles: 0, staleFiles: 0 },
  });
  expect(await reports.timeseries("main")).toBeUndefined();
  expect(await reports.logs("main")).toBeUndefined();
});

test("cost is told by day of the zone asked for, for one agent or for all", async () => {
  await using w = await world();
  const range = { startDate: "2026-06-14", endDate: "2026-06-16" };
  const told = async (params: object) => {
    const { daily, totals } = await w.reports.cost({ ...range, ...params });
    return [
      ...daily.map(({ totalCost, totalTokens }) => [totalCost, totalTokens]),
      totals.missingCostEntries,
    ];
  };
  expect(await told({})).toEqual([[1, 130], [0, 130], [0, 0], 1]);
  expect(await told({ mode: "specific", utcOffset: "UTC+1" })).toEqual([[0, 0], [1, 260], [0, 0], 1]);
  expect(await told({ agentScope: "all" })).toEqual([[1, 130], [4, 260], [0, 0], 1]);
  expect(await told({ agentId: "ops" })).toEqual([[0, 0], [4, 130], [0, 0], 0]);
});

test("the report of sessions adds up by every grouping", async () => {
  await using w = await world();
  const params = { startDate: "2026-06-14", endDate: "2026-06-15", agentScope: "all" } as const;
  const report = await w.reports.sessions(params);
  expect(report.totals).toMatchObject({ totalCost: 5, totalTokens: 390, missingCostEntries: 1 });
  expect(report.sessions.map(({ key }) => key).sort()).toEqual([w.main, w.ops]);
  expect(report.sessions.find(({ key }) => key === w.main)).toMatchObject({
    agentId: "main",
    chatType: "direct",
    creatorKey: '["profile","gateway-owner"]',
    usage: {
      totalCost: 1,
      firstActivity: utc("2026-06-14T23:50:00"),
      lastActivity: utc("2026-06-15T00:02:00"),
      durationMs: 12 * 60_000,
      activityDates: ["2026-06-14", "2026-06-15"],
      messageCounts: { total: 4, user: 1, assistant: 2, toolCalls: 2, toolResults: 1, errors: 0 },
      toolUsage: { totalCalls: 1, uniqueTools: 1, tools: [{ name: "exec", count: 1 }] },
    },
  });
  expect(report.aggregates).toMatchObject({
    sessionCount: 2,
    longestSessionDurationMs: 12 * 60_000,
    messages: { total: 6, user: 2, assistant: 3, toolCalls: 2, toolResults: 1, errors: 1 },
    byModel: [
      { provider: "q", model: "m", count: 1, totals: { totalCost: 4 } },
      { provider: "p", model: "m", count: 1, totals: { totalCost: 1 } },
      { provider: "p", model: "n", count: 1, totals: { totalCost: 0 } },
    ],
    byProvider: [
      { provider: "q", count: 1 },
      { provider: "p", count: 2, totals: { totalTokens: 260 } },
    ],
    byAgent: [
      { agentId: "ops", totals: { totalCost: 4 } },
      { agentId: "main", totals: { totalCost: 1 } },
    ],
    byChannel: [{ channel: "telegram" }, { channel: "webchat" }],
    byCreator: [{ key: '["profile","gateway-owner"]', sessionCount: 2, totals: { totalCost: 5 } }],
    costDaily: [
      { date: "2026-06-14", totalCost: 1 },
      { date: "2026-06-15", totalCost: 4 },
    ],
    latency: { count: 2, avgMs: 200, p95Ms: 300, minMs: 100, maxMs: 300 },
    dailyLatency: [
      { date: "2026-06-14", count: 1 },
      { date: "2026-06-15", count: 1 },
    ],
    daily: [
      { date: "2026-06-14", tokens: 130, cost: 1, messages: 2, toolCalls: 2, errors: 0 },
      { date: "2026-06-15", tokens: 260, cost: 4, messages: 4, toolCalls: 0, errors: 1 },
    ],
  });
  expect(report.creatorOptions).toHaveLength(1);
  expect((await w.reports.sessions({ ...params, limit: 1 })).sessions).toHaveLength(1);
  const one = await w.reports.sessions({
    ...params,
    agentScope: undefined as never,
    key: "main",
    agentId: "ops",
  });
  expect(one).toMatchObject({ sessions: [{ key: w.ops }], totals: { totalCost: 4 } });
  const quiet = await w.reports.sessions({ key: "main", startDate: "2026-01-01", endDate: "2026-01-02" });
  expect(quiet).toMatchObject({ sessions: [{ key: w.main, usage: null }], aggregates: { sessionCount: 0 } });
  await expect(w.reports.sessions({ ...params, key: "main" })).rejects.toThrow("cannot be combined");
});

test("what a deleted session cost is still told", async () => {
  await using w = await world();
  await w.sessions.remove(w.ops, { transcripts: true });
  const report = await w.reports.sessions({
    startDate: "2026-06-14",
    endDate: "2026-06-15",
    agentScope: "all",
  });
  expect(report.totals.totalCost).toBe(5);
  expect(report.sessions.find(({ key }) => key === w.ops)).toMatchObject({
    creatorKey: "unknown",
    agentId: "ops",
  });
});

test("a session's calls come as a series with running sums, its messages as a log", async () => {
  await using w = await world();
  const series = await w.reports.timeseries("main");
  expect(series?.points).toMatchObject([
    {
      timestamp: utc("2026-06-14T23:55:00"),
      totalTokens: 130,
      cost: 1,
      cumulativeTokens: 130,
      cumulativeCost: 1,
    },
    {
      timestamp: utc("2026-06-15T00:02:00"),
      totalTokens: 130,
      cost: 0,
      cumulativeTokens: 260,
      cumulativeCost: 1,
    },
  ]);
  const log = await w.reports.logs("main", { limit: 3 });
  expect(log?.logs).toMatchObject([
    { role: "assistant", content: "", tokens: 2 },
    { role: "toolResult", content: "result of 1" },
    { role: "assistant", content: "done", tokens: 7, cost: 0.5, timestamp: utc("2026-06-15T00:02:00") },
  ]);
  expect(await w.reports.timeseries(series?.sessionId ?? "")).toEqual(series);
});
