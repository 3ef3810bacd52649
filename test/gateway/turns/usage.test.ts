import { expect, test } from "bun:test";
import { ManualClock } from "../../support/index.ts";
import { Hall } from "./hall.ts";

const KEY = "agent:main:talk";

test("what a turn used is told by day, by session, call by call and message by message", async () => {
  // Between the turn and the report no day ends.
  await using hall = await Hall.open({ clock: new ManualClock() });
  const guest = hall.enter();
  await guest.call("chat.send", { sessionKey: KEY, message: "ECHO Hello", idempotencyKey: "run-1" });
  await guest.call("agent.wait", { runId: "run-1" });
  const used = { input: 100, output: 20, totalTokens: 120 };
  expect(await guest.call("usage.cost", { days: 1 })).toMatchObject({
    days: 1,
    daily: [{ date: expect.any(String), ...used }],
    totals: used,
    cacheStatus: { status: "fresh" },
  });
  expect(await guest.call("sessions.usage", { key: "talk" })).toMatchObject({
    sessions: [{ key: KEY, agentId: "main", usage: used }],
    totals: used,
    aggregates: { sessionCount: 1, messages: { total: 2, user: 1, assistant: 1 } },
  });
  expect(await guest.call("sessions.usage.timeseries", { key: KEY })).toMatchObject({
    sessionId: expect.any(String),
    points: [{ ...used, cumulativeTokens: 120 }],
  });
  expect(await guest.call("sessions.usage.logs", { key: KEY })).toMatchObject({
    logs: [
      { role: "user", content: "ECHO Hello" },
      { role: "assistant", content: "Hello", tokens: 120 },
    ],
  });
});

test("nothing was used yet: empty reports, and quotas of nobody", async () => {
  await using hall = await Hall.open();
  const guest = hall.enter();
  expect(await guest.call("usage.status")).toEqual({ updatedAt: expect.any(Number), providers: [] });
  expect(await guest.call("sessions.usage.timeseries", { key: "nobody" })).toEqual({ points: [] });
  expect(await guest.call("sessions.usage.logs", { key: "nobody" })).toEqual({ logs: [] });
  expect(await guest.call("sessions.usage", {})).toMatchObject({ sessions: [], totals: { totalTokens: 0 } });
});

test("a report of one session names it", async () => {
  await using hall = await Hall.open();
  const guest = hall.enter();
  for (const [method, what] of [
    ["sessions.usage.timeseries", "timeseries"],
    ["sessions.usage.logs", "logs"],
  ] as const) {
    expect(await guest.refusal(method, {})).toMatchObject({
      code: "INVALID_REQUEST",
      message: `key is required for ${what}`,
    });
  }
});
