import type { Database } from "bun:sqlite";
import { StoreError } from "../../../errors.ts";
import type { NewDelivery, OutboxRow } from "../../../outbox.ts";
import { deliveryOf, type StoredDelivery } from "./outbox-rows.ts";

const FIND = "SELECT * FROM outbox WHERE scope = ? AND key = ?";
const IS_BUSY = `SELECT 1 AS busy FROM outbox
  WHERE channel = ? AND account_id = ? AND lane = ? AND state IN ('queued', 'sending') LIMIT 1`;
const INSERT = `INSERT INTO outbox
  (channel, account_id, lane, target, parts, part_count, origin, session_key, run_id, scope, key, summary,
   state, attempts, created_at, updated_at)
  VALUES ($channel, $accountId, $lane, $target, $parts, $partCount, $origin, $sessionKey, $runId, $scope, $key, $summary,
   $state, $attempts, $now, $now) RETURNING *`;

/** The delivery with this key, if there is one. */
export function findDelivery(db: Database, scope: string, key: string): OutboxRow | undefined {
  const row = db.query<StoredDelivery, [string, string]>(FIND).get(scope, key);
  return row === null ? undefined : deliveryOf(row);
}

/** Takes one delivery in, or answers the one with its key; to be called within an act. */
export function putDelivery(
  db: Database,
  now: number,
  delivery: NewDelivery,
): { readonly row: OutboxRow; readonly isNew: boolean } {
  const { channel, accountId, lane, idempotency } = delivery;
  if (idempotency !== undefined) {
    const known = findDelivery(db, idempotency.scope, idempotency.key);
    if (known !== undefined) return { row: known, isNew: false };
  }
  const begins =
    delivery.atOnce === true &&
    delivery.parts.length > 0 &&
    db.query<unknown, string[]>(IS_BUSY).get(channel, accountId, lane) === null;
  const row = db.query<StoredDelivery, Record<string, string | number | null>[]>(INSERT).get({
    channel,
    accountId,
    lane,
    target: JSON.stringify(delivery.target) ?? "null",
    parts: JSON.stringify(delivery.parts),
    partCount: delivery.parts.length,
    origin: delivery.origin,
    sessionKey: delivery.sessionKey ?? null,
    runId: delivery.runId ?? null,
    scope: idempotency?.scope ?? null,
    key: idempotency?.key ?? null,
    summary: delivery.summary,
    // Nothing to send is sent.
    state: delivery.parts.length === 0 ? "sent" : begins ? "sending" : "queued",
    attempts: begins ? 1 : 0,
    now,
  });
  if (row === null) throw new StoreError("failed", "A delivery was stored and did not come back.");
  return { row: deliveryOf(row), isNew: true };
}
