import type { Database } from "bun:sqlite";
import { ENDED_ROW_MIN_AGE_MS, ENDED_ROW_TTL_MS, ENDED_ROWS_PER_ACCOUNT } from "../../../limits.ts";

/** A table whose ended rows are forgotten, with its columns of when a row ended and when it began. */
export interface Retained {
  readonly table: "inbox" | "outbox";
  readonly endedAt: "settled_at" | "updated_at";
  readonly begunAt: "accepted_at" | "created_at";
  readonly ended: readonly string[];
}

/** How many rows of one account are in one state, and since when the oldest is known. */
export interface Tally {
  readonly channel: string;
  readonly account_id: string;
  readonly state: string;
  readonly count: number;
  readonly oldest_at: number;
}

/** Rows of each state, from the index alone. */
export function tally(db: Database, { table, begunAt }: Retained): readonly Tally[] {
  const sql = `SELECT channel, account_id, state, count(*) AS count, min(${begunAt}) AS oldest_at
    FROM ${table} GROUP BY channel, account_id, state`;
  return db.query<Tally, []>(sql).all();
}

/** Forgets ended rows beyond age and number; to be called within an act. */
export function forgetEnded(db: Database, now: number, retained: Retained): number {
  const { table, endedAt, begunAt, ended } = retained;
  const group = "channel = ? AND account_id = ? AND state = ?";
  const old = `DELETE FROM ${table} WHERE ${group} AND ${endedAt} <= ?`;
  const many = `DELETE FROM ${table} WHERE id IN (
    SELECT id FROM ${table} WHERE ${group} ORDER BY ${endedAt} DESC, ${begunAt} DESC, id DESC LIMIT -1 OFFSET ?)
    AND ${endedAt} <= ?`;
  let gone = 0;
  for (const { channel, account_id, state, count } of tally(db, retained)) {
    if (!ended.includes(state)) continue;
    gone += db.query(old).run(channel, account_id, state, now - ENDED_ROW_TTL_MS).changes;
    if (count <= ENDED_ROWS_PER_ACCOUNT) continue;
    gone += db
      .query(many)
      .run(channel, account_id, state, ENDED_ROWS_PER_ACCOUNT, now - ENDED_ROW_MIN_AGE_MS).changes;
  }
  return gone;
}

/** Conditions of a list and what they are bound to. */
export function conditions(query: {
  readonly states?: readonly string[];
  readonly channel?: string;
  readonly accountId?: string;
  readonly lane?: string;
}): { readonly sql: string; readonly values: readonly string[] } {
  const parts: string[] = [];
  const values: string[] = [];
  const equals = (column: string, value: string | undefined) => {
    if (value === undefined) return;
    parts.push(`${column} = ?`);
    values.push(value);
  };
  equals("channel", query.channel);
  equals("account_id", query.accountId);
  equals("lane", query.lane);
  if (query.states !== undefined) {
    parts.push("state IN (SELECT value FROM json_each(?))");
    values.push(JSON.stringify(query.states));
  }
  return { sql: parts.length === 0 ? "" : `WHERE ${parts.join(" AND ")}`, values };
}
