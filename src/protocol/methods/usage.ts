import { Type } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { anyObject, closed, count, epochMs, maybe, text } from "../primitives.ts";
import { UsageCacheStatus, UsageLogEntry, UsagePoint, UsageTotals } from "../records/usage.ts";

const day = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" });

export const status = defineMethod({
  name: "usage.status",
  summary: "Quotas of the providers that tell them.",
  scope: "operator.read",
  params: Type.Object({}),
  result: Type.Object({ updatedAt: epochMs, providers: Type.Array(anyObject) }),
  since: 3,
  openParams: true,
});

export const cost = defineMethod({
  name: "usage.cost",
  summary: "Tokens and their price by day.",
  scope: "operator.read",
  params: Type.Object({
    days: maybe(Type.Unknown()),
    startDate: maybe(Type.Unknown()),
    endDate: maybe(Type.Unknown()),
    agentId: maybe(Type.Unknown()),
    agentScope: maybe(Type.Unknown({ description: "`all`: of all agents together." })),
    mode: maybe(Type.Unknown()),
    utcOffset: maybe(Type.Unknown()),
    timeZone: maybe(Type.Unknown()),
  }),
  result: Type.Object({
    updatedAt: epochMs,
    days: count,
    daily: Type.Array(Type.Object({ date: Type.String(), ...UsageTotals.properties })),
    totals: UsageTotals,
    cacheStatus: maybe(UsageCacheStatus),
  }),
  since: 3,
  openParams: true,
});

export const sessionsUsage = defineMethod({
  name: "sessions.usage",
  summary: "Tokens and their price by session, model, provider, agent and day.",
  scope: "operator.read",
  params: closed({
    key: maybe(text),
    agentId: maybe(text),
    agentScope: maybe(Type.Literal("all")),
    startDate: maybe(day),
    endDate: maybe(day),
    mode: maybe(Type.Union([Type.Literal("utc"), Type.Literal("gateway"), Type.Literal("specific")])),
    range: maybe(
      Type.Union([
        Type.Literal("7d"),
        Type.Literal("30d"),
        Type.Literal("90d"),
        Type.Literal("1y"),
        Type.Literal("all"),
      ]),
    ),
    groupBy: maybe(Type.Union([Type.Literal("instance"), Type.Literal("family")])),
    includeHistorical: maybe(Type.Boolean()),
    utcOffset: maybe(Type.String({ pattern: "^UTC[+-]\\d{1,2}(?::[0-5]\\d)?$" })),
    timeZone: maybe(text),
    limit: maybe(Type.Integer({ minimum: 1 })),
    includeContextWeight: maybe(Type.Boolean()),
  }),
  result: Type.Object(
    {
      updatedAt: epochMs,
      startDate: Type.String(),
      endDate: Type.String(),
      sessions: Type.Array(anyObject),
      totals: UsageTotals,
      aggregates: anyObject,
      creatorOptions: Type.Array(Type.Object({ key: Type.String() }, { additionalProperties: true })),
      cacheStatus: maybe(UsageCacheStatus),
    },
    { additionalProperties: true },
  ),
  since: 3,
  hidden: true,
});

export const timeseries = defineMethod({
  name: "sessions.usage.timeseries",
  summary: "What the calls of one session used, in order.",
  scope: "operator.read",
  params: Type.Object({ key: maybe(Type.Unknown()), agentId: maybe(Type.Unknown()) }),
  result: Type.Object({ sessionId: maybe(text), points: Type.Array(UsagePoint) }),
  since: 3,
  hidden: true,
  openParams: true,
});

export const logs = defineMethod({
  name: "sessions.usage.logs",
  summary: "The messages of one session with what each used.",
  scope: "operator.read",
  params: Type.Object({
    key: maybe(Type.Unknown()),
    agentId: maybe(Type.Unknown()),
    limit: maybe(Type.Unknown()),
  }),
  result: Type.Object({ logs: Type.Array(UsageLogEntry) }),
  since: 3,
  hidden: true,
  openParams: true,
});
