import type { Clock } from "../../../lib/clock.ts";
import { invalidRequest, type SessionKey, type UsageTotals } from "../../../protocol/index.ts";
import type { Repositories, SessionRecord, UsageGroup, UsageQuery } from "../../../store/index.ts";
import { messageIn, textOf, timeOf, usageOf } from "../context/index.ts";
import { factsOf } from "../keys/index.ts";
import type { Sessions } from "../sessions.ts";
import { clip } from "../wire/index.ts";
import { dailyLatency, latencyOf } from "./latency.ts";
import {
  LOG_LINES_DEFAULT,
  LOG_LINES_MAX,
  LOG_TEXT_MAX_CHARS,
  REPORT_EMPTY_DAYS_MAX,
  REPORT_SESSIONS_DEFAULT,
  SERIES_CALLS_MAX,
  SERIES_POINTS_MAX,
} from "./limits.ts";
import { daysOf, lengthOf, type Range, type RangeParams, rangeOf } from "./range.ts";
import { type Point, pointsOf } from "./series.ts";
import { creatorOf, sessionRow } from "./session-report.ts";
import { byCost, Tally } from "./tally.ts";
import { noTotals, TotalsBy } from "./totals.ts";

/** What the reports are made from. */
export interface UsageReportsDeps {
  readonly store: Pick<Repositories, "sessions" | "transcripts" | "usage">;
  readonly clock: Clock;
  readonly sessions: Pick<Sessions, "canonical">;
  /** The agent that is meant when none is named. */
  readonly defaultAgentId: () => string;
}

/** Whose usage is asked for: one agent's, or everybody's with `agentScope: "all"`. */
interface Scope {
  readonly agentId?: string;
  readonly agentScope?: "all";
}

/** `sessions.usage`. */
export interface SessionsUsageParams extends RangeParams, Scope {
  readonly key?: string;
  readonly limit?: number;
}

/** Reports are computed from the store when asked for. */
const FRESH = { status: "fresh", cachedFiles: 0, pendingFiles: 0, staleFiles: 0 } as const;

/** What model calls used and cost, by day, session, model and whoever asks. */
export class UsageReports {
  readonly #deps: UsageReportsDeps;

  constructor(deps: UsageReportsDeps) {
    this.#deps = deps;
  }

  /** `usage.status`: quotas are told by providers only, and none is asked. */
  status() {
    return { updatedAt: this.#deps.clock.now(), providers: [] as const };
  }

  /** `usage.cost`. @throws ProtocolError INVALID_REQUEST; StoreError */
  async cost(params: RangeParams & Scope) {
    const range = rangeOf(params, this.#deps.clock.now());
    const groups = await this.#deps.store.usage.groups(this.#query(range, params));
    const totals = new TotalsBy<"all">();
    const days = new TotalsBy();
    if (lengthOf(range) <= REPORT_EMPTY_DAYS_MAX) for (const day of daysOf(range)) days.of(day);
    for (const group of groups) {
      totals.add("all", group);
      days.add(range.calendar.dayOf(group.quarter), group);
    }
    const daily = days.entries().map(([date, sum]): UsageTotals & { date: string } => ({ date, ...sum }));
    return {
      updatedAt: this.#deps.clock.now(),
      days: lengthOf(range),
      daily: daily.sort((a, b) => a.date.localeCompare(b.date)),
      totals: totals.of("all"),
      cacheStatus: FRESH,
    };
  }

  /** `sessions.usage`. @throws ProtocolError INVALID_REQUEST; StoreError */
  async sessions(params: SessionsUsageParams) {
    if (params.agentScope === "all" && (params.key !== undefined || params.agentId !== undefined)) {
      throw invalidRequest("agentScope=all cannot be combined with key or agentId");
    }
    const range = rangeOf(params, this.#deps.clock.now());
    const key = params.key === undefined ? undefined : this.#key(params.key, params.agentId);
    const query: UsageQuery =
      key === undefined ? this.#query(range, params) : { from: range.from, to: range.to, sessionKey: key };
    const { usage } = this.#deps.store;
    const [groups, messages, durations] = [
      await usage.groups(query),
      await usage.messageGroups(query),
      await usage.durations(query),
    ];
    const all = new Tally(range.calendar);
    const tallies = new Map<SessionKey, Tally>();
    const tallyOf = (session: SessionKey): Tally => {
      const tally = tallies.get(session) ?? new Tally(range.calendar);
      tallies.set(session, tally);
      return tally;
    };
    // The one asked for is listed even when nothing happened.
    if (key !== undefined) tallyOf(key);
    for (const group of groups) {
      all.addUsage(group);
      tallyOf(group.sessionKey).addUsage(group);
    }
    for (const group of messages) {
      all.addMessages(group);
      tallyOf(group.sessionKey).addMessages(group);
    }
    const records = await this.#records([...tallies.keys()]);
    const rows = [...tallies]
      .filter(([session]) => key === undefined || records.has(session) || tallyOf(session).isActive)
      .map(([session, tally]) => {
        const record = records.get(session);
        const updatedAt = record?.updatedAt ?? tally.lastAt ?? 0;
        const { agentId } = factsOf(session);
        return { record, tally, row: sessionRow(session, record, { agentId, updatedAt }, tally) };
      })
      .sort((a, b) => b.row.updatedAt - a.row.updatedAt);
    const creators = new Map(rows.map(({ record }) => [creatorOf(record).key, creatorOf(record)]));
    const latency = latencyOf(durations);
    const active = rows.filter(({ tally }) => tally.isActive);
    const longest = Math.max(0, ...active.map(({ tally }) => (tally.lastAt ?? 0) - (tally.firstAt ?? 0)));
    return {
      updatedAt: this.#deps.clock.now(),
      startDate: range.firstDay,
      endDate: range.lastDay,
      sessions: rows.slice(0, params.limit ?? REPORT_SESSIONS_DEFAULT).map(({ row }) => row),
      totals: all.totals,
      aggregates: {
        sessionCount: active.length,
        ...(longest > 0 && { longestSessionDurationMs: longest }),
        messages: all.messages,
        tools: all.tools,
        byModel: all.byModel,
        byProvider: all.byProvider,
        byAgent: totalsOf(groups, "agentId"),
        byChannel: totalsOf(groups, "channel"),
        byCreator: creatorTotals(active),
        costDaily: all.costDaily,
        ...(latency !== undefined && { latency }),
        dailyLatency: dailyLatency(durations, range.calendar),
        modelDaily: all.modelDays,
        daily: all.days,
      },
      creatorOptions: [...creators.values()],
      cacheStatus: FRESH,
    };
  }

  /** `sessions.usage.timeseries`; undefined when there is no such session. @throws StoreError */
  async timeseries(
    key: string,
    agentId?: string,
  ): Promise<{ readonly sessionId: string; readonly points: readonly Point[] } | undefined> {
    const record = await this.#record(key, agentId);
    if (record === undefined) return undefined;
    const { sessionId } = record;
    const query = { from: 0, to: Number.MAX_SAFE_INTEGER, sessionId };
    const calls = await this.#deps.store.usage.calls(query, { limit: SERIES_CALLS_MAX, offset: 0 });
    return { sessionId, points: pointsOf(calls.toReversed(), SERIES_POINTS_MAX) };
  }

  /** `sessions.usage.logs`: what was said, with what each answer used; undefined when there is no such session. */
  async logs(key: string, options: { readonly agentId?: string; readonly limit?: number } = {}) {
    const record = await this.#record(key, options.agentId);
    if (record === undefined) return undefined;
    const limit = Math.min(Math.max(options.limit ?? LOG_LINES_DEFAULT, 1), LOG_LINES_MAX);
    const events = await this.#deps.store.transcripts.read(record.sessionId, {
      types: ["message"],
      fromEnd: true,
      limit,
    });
    return {
      logs: events.flatMap(({ event }) => {
        const message = messageIn(event);
        if (message === undefined || typeof message["role"] !== "string") return [];
        const usage = message["usage"] === undefined ? undefined : usageOf(message["usage"]);
        return {
          timestamp: timeOf(event),
          role: message["role"],
          content: clip(textOf(message["content"]), LOG_TEXT_MAX_CHARS),
          ...(usage !== undefined && { tokens: usage.totalTokens, cost: usage.cost.total }),
        };
      }),
    };
  }

  #query({ from, to }: Range, { agentId, agentScope }: Scope): UsageQuery {
    if (agentScope === "all") return { from, to };
    return { from, to, agentId: agentId ?? this.#deps.defaultAgentId() };
  }

  #key(key: string, agentId?: string): SessionKey {
    return this.#deps.sessions.canonical(key, agentId);
  }

  async #record(key: string, agentId?: string): Promise<SessionRecord | undefined> {
    const { sessions } = this.#deps.store;
    return (await sessions.get(this.#key(key, agentId))) ?? sessions.bySessionId(key);
  }

  async #records(keys: readonly SessionKey[]): Promise<ReadonlyMap<SessionKey, SessionRecord>> {
    const found = await Promise.all(keys.map((key) => this.#deps.store.sessions.get(key)));
    return new Map(found.flatMap((record) => (record === undefined ? [] : [[record.key, record]])));
  }
}

function totalsOf(groups: readonly UsageGroup[], by: "agentId" | "channel") {
  const totals = new TotalsBy();
  for (const group of groups) totals.add(group[by], group);
  return totals
    .entries()
    .map(([name, sum]) => ({ [by]: name, totals: sum }))
    .sort(byCost);
}

function creatorTotals(
  rows: readonly { readonly record: SessionRecord | undefined; readonly tally: Tally }[],
) {
  const groups = Map.groupBy(rows, ({ record }) => creatorOf(record).key);
  return [...groups.values()]
    .flatMap((ofOne) => {
      const [first] = ofOne;
      if (first === undefined) return [];
      const totals = noTotals();
      for (const { tally } of ofOne) {
        for (const [name, value] of Object.entries(tally.totals)) {
          if (isTotal(name)) totals[name] += value;
        }
      }
      return { ...creatorOf(first.record), totals, sessionCount: ofOne.length };
    })
    .sort(byCost);
}

function isTotal(name: string): name is keyof UsageTotals {
  return name in noTotals();
}
