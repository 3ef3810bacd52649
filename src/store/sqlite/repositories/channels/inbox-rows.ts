import type { RunId } from "../../../../protocol/index.ts";
import { StoreError } from "../../../errors.ts";
import type { InboxRow, InboxState } from "../../../inbox.ts";

/** A row of `inbox`. */
export interface StoredEvent {
  readonly id: number;
  readonly channel: string;
  readonly identity: string;
  readonly account_id: string;
  readonly event_key: string;
  readonly lane: string;
  readonly event: string | null;
  readonly state: string;
  readonly accepted_at: number;
  readonly attempts: number;
  readonly not_before: number;
  readonly run_id: RunId | null;
  readonly draft: string | null;
  readonly last_error: string | null;
  readonly settled_at: number | null;
  readonly disposition: string | null;
}

/** @throws StoreError `corrupt` */
export function inboxStateOf(text: string): InboxState {
  if (text === "waiting" || text === "done" || text === "dead") return text;
  throw new StoreError("corrupt", `A stored message is in an unknown state: ${text}.`);
}

/** @throws StoreError `corrupt` */
export function eventOf(row: StoredEvent): InboxRow {
  return {
    id: row.id,
    channel: row.channel,
    identity: row.identity,
    accountId: row.account_id,
    eventKey: row.event_key,
    lane: row.lane,
    event: jsonOf(row.event),
    state: inboxStateOf(row.state),
    acceptedAt: row.accepted_at,
    attempts: row.attempts,
    notBefore: row.not_before,
    ...(row.run_id !== null && { runId: row.run_id }),
    ...(row.draft !== null && { draft: jsonOf(row.draft) }),
    ...(row.last_error !== null && { lastError: row.last_error }),
    ...(row.settled_at !== null && { settledAt: row.settled_at }),
    ...(row.disposition !== null && { disposition: row.disposition }),
  };
}

function jsonOf(text: string | null): unknown {
  if (text === null) return undefined;
  const value: unknown = JSON.parse(text);
  return value;
}
