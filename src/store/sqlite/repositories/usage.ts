import type { Database } from "bun:sqlite";
import type { SessionKey } from "../../../protocol/index.ts";
import type {
  MessageGroup,
  UsageGroup,
  UsageQuery,
  UsageRecord,
  UsageRepository,
  UsageSum,
} from "../../transcripts.ts";
import { look } from "../act.ts";
import type { RepositoryDeps } from "./deps.ts";

interface CallRow {
  readonly at: number;
  readonly agent_id: string;
  readonly session_key: SessionKey;
  readonly session_id: string;
  readonly run_id: string;
  readonly provider: string;
  readonly model: string;
  readonly channel: string;
  readonly input: number;
  readonly output: number;
  readonly cache_read: number;
  readonly cache_write: number;
  readonly total_tokens: number;
  readonly cost_input: number | null;
  readonly cost_output: number | null;
  readonly cost_cache_read: number | null;
  readonly cost_cache_write: number | null;
  readonly cost_total: number | null;
  readonly duration_ms: number | null;
}

interface SumRow {
  readonly bucket: string;
  readonly calls: number;
  readonly input: number;
  readonly output: number;
  readonly cache_read: number;
  readonly cache_write: number;
  readonly total_tokens: number;
  readonly cost_input: number;
  readonly cost_output: number;
  readonly cost_cache_read: number;
  readonly cost_cache_write: number;
  readonly cost_total: number;
  readonly missing_cost: number;
}

interface GroupRow extends Omit<SumRow, "bucket"> {
  readonly quarter: number;
  readonly session_key: SessionKey;
  readonly agent_id: string;
  readonly channel: string;
  readonly provider: string;
  readonly model: string;
  readonly first_at: number;
  readonly last_at: number;
}

interface MessageGroupRow {
  readonly quarter: number;
  readonly session_key: SessionKey;
  readonly role: string;
  readonly tool: string;
  readonly messages: number;
  readonly tool_calls: number;
  readonly errors: number;
  readonly first_at: number;
  readonly last_at: number;
}

type Grouping = Parameters<UsageRepository["sum"]>[1];
type Filters = Record<"from" | "to" | "agentId" | "sessionKey" | "sessionId", string | number | null>;

const WHERE = `at >= $from AND at < $to AND ($agentId IS NULL OR agent_id = $agentId)
  AND ($sessionKey IS NULL OR session_key = $sessionKey) AND ($sessionId IS NULL OR session_id = $sessionId)`;
const BUCKET: Readonly<Record<Grouping, string>> = {
  day: "strftime('%Y-%m-%d', at / 1000 + $offset * 60, 'unixepoch')",
  hour: "strftime('%Y-%m-%dT%H', at / 1000 + $offset * 60, 'unixepoch')",
  model: "provider || '/' || model",
  provider: "provider",
  agent: "agent_id",
  channel: "channel",
  session: "session_key",
  all: "'all'",
};
const SUMS = `count(*) AS calls, sum(input) AS input, sum(output) AS output, sum(cache_read) AS cache_read,
  sum(cache_write) AS cache_write, sum(total_tokens) AS total_tokens,
  total(cost_input) AS cost_input, total(cost_output) AS cost_output, total(cost_cache_read) AS cost_cache_read,
  total(cost_cache_write) AS cost_cache_write, total(cost_total) AS cost_total,
  sum(cost_total IS NULL) AS missing_cost`;

const QUARTER_MS = 15 * 60_000;
const GROUPS = `SELECT at / ${QUARTER_MS} * ${QUARTER_MS} AS quarter, session_key, agent_id, channel, provider, model,
    min(at) AS first_at, max(at) AS last_at, ${SUMS}
  FROM usage_calls WHERE ${WHERE} GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1`;
const MESSAGE_GROUPS = `SELECT e.at / ${QUARTER_MS} * ${QUARTER_MS} AS quarter, t.session_key, e.role, e.tool,
    count(*) AS messages, sum(e.tool_calls) AS tool_calls, sum(e.is_error) AS errors,
    min(e.at) AS first_at, max(e.at) AS last_at
  FROM transcript_events e JOIN transcripts t ON t.id = e.transcript
  WHERE e.type = 'message' AND e.at >= $from AND e.at < $to AND ($agentId IS NULL OR t.agent_id = $agentId)
    AND ($sessionKey IS NULL OR t.session_key = $sessionKey) AND ($sessionId IS NULL OR t.session_id = $sessionId)
  GROUP BY 1, 2, 3, 4 ORDER BY 1`;
const DURATIONS = `SELECT at, duration_ms AS durationMs FROM usage_calls
  WHERE ${WHERE} AND duration_ms IS NOT NULL ORDER BY at`;

/** What model calls used, one row each. */
export class SqliteUsageRepository implements UsageRepository {
  readonly #db: Database;

  constructor({ db }: RepositoryDeps) {
    this.#db = db;
  }

  async sum(query: UsageQuery, by: Grouping, utcOffsetMinutes = 0): Promise<readonly UsageSum[]> {
    const sql = `SELECT ${BUCKET[by]} AS bucket, ${SUMS} FROM usage_calls WHERE ${WHERE} GROUP BY 1 ORDER BY 1`;
    const values = { ...filtersOf(query), offset: utcOffsetMinutes };
    return look(this.#db, () =>
      this.#db.query<SumRow, [Record<string, string | number | null>]>(sql).all(values).map(sumOf),
    );
  }

  async groups(query: UsageQuery): Promise<readonly UsageGroup[]> {
    return look(this.#db, () =>
      this.#db.query<GroupRow, [Filters]>(GROUPS).all(filtersOf(query)).map(groupOf),
    );
  }

  async messageGroups(query: UsageQuery): Promise<readonly MessageGroup[]> {
    return look(this.#db, () =>
      this.#db.query<MessageGroupRow, [Filters]>(MESSAGE_GROUPS).all(filtersOf(query)).map(messageGroupOf),
    );
  }

  async durations(query: UsageQuery): Promise<readonly { at: number; durationMs: number }[]> {
    return look(this.#db, () =>
      this.#db.query<{ at: number; durationMs: number }, [Filters]>(DURATIONS).all(filtersOf(query)),
    );
  }

  async calls(query: UsageQuery, page: { limit: number; offset: number }): Promise<readonly UsageRecord[]> {
    const sql = `SELECT * FROM usage_calls WHERE ${WHERE} ORDER BY at DESC, id DESC LIMIT $limit OFFSET $offset`;
    return look(this.#db, () =>
      this.#db
        .query<CallRow, [Filters & typeof page]>(sql)
        .all({ ...filtersOf(query), ...page })
        .map(callOf),
    );
  }
}

function filtersOf({ from, to, agentId, sessionKey, sessionId }: UsageQuery): Filters {
  return {
    from,
    to,
    agentId: agentId ?? null,
    sessionKey: sessionKey ?? null,
    sessionId: sessionId ?? null,
  };
}

function sumOf(row: SumRow): UsageSum {
  return { bucket: row.bucket, ...numbersOf(row) };
}

function groupOf(row: GroupRow): UsageGroup {
  return {
    quarter: row.quarter,
    sessionKey: row.session_key,
    agentId: row.agent_id,
    channel: row.channel,
    provider: row.provider,
    model: row.model,
    firstAt: row.first_at,
    lastAt: row.last_at,
    ...numbersOf(row),
  };
}

function messageGroupOf(row: MessageGroupRow): MessageGroup {
  return {
    quarter: row.quarter,
    sessionKey: row.session_key,
    role: row.role,
    tool: row.tool,
    messages: row.messages,
    toolCalls: row.tool_calls,
    errors: row.errors,
    firstAt: row.first_at,
    lastAt: row.last_at,
  };
}

function numbersOf(row: Omit<SumRow, "bucket">): Omit<UsageSum, "bucket"> {
  return {
    calls: row.calls,
    input: row.input,
    output: row.output,
    cacheRead: row.cache_read,
    cacheWrite: row.cache_write,
    totalTokens: row.total_tokens,
    cost: {
      input: row.cost_input,
      output: row.cost_output,
      cacheRead: row.cost_cache_read,
      cacheWrite: row.cost_cache_write,
      total: row.cost_total,
    },
    missingCost: row.missing_cost,
  };
}

function callOf(row: CallRow): UsageRecord {
  return {
    at: row.at,
    agentId: row.agent_id,
    sessionKey: row.session_key,
    sessionId: row.session_id,
    runId: row.run_id,
    provider: row.provider,
    model: row.model,
    channel: row.channel,
    input: row.input,
    output: row.output,
    cacheRead: row.cache_read,
    cacheWrite: row.cache_write,
    totalTokens: row.total_tokens,
    ...(row.cost_total !== null && {
      cost: {
        input: row.cost_input ?? 0,
        output: row.cost_output ?? 0,
        cacheRead: row.cost_cache_read ?? 0,
        cacheWrite: row.cost_cache_write ?? 0,
        total: row.cost_total,
      },
    }),
    ...(row.duration_ms !== null && { durationMs: row.duration_ms }),
  };
}
