import { Type } from "@sinclair/typebox";
import { fits, type RunId, type SessionKey } from "../../../../protocol/index.ts";
import { StoreError } from "../../../errors.ts";
import type { DeliveryState, OutboxRow } from "../../../outbox.ts";

/** A row of `outbox`. */
export interface StoredDelivery {
  readonly id: number;
  readonly channel: string;
  readonly account_id: string;
  readonly lane: string;
  readonly target: string;
  readonly parts: string;
  readonly part_count: number;
  readonly origin: string;
  readonly session_key: SessionKey | null;
  readonly run_id: RunId | null;
  readonly scope: string | null;
  readonly key: string | null;
  readonly summary: string;
  readonly state: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly receipts: string;
  readonly attempts: number;
  readonly not_before: number;
  readonly last_error: string | null;
}

const List = Type.Array(Type.Unknown());

const STATES: Readonly<Record<string, DeliveryState>> = {
  queued: "queued",
  sending: "sending",
  sent: "sent",
  unknown: "unknown",
  dead: "dead",
  dropped: "dropped",
} satisfies Record<DeliveryState, DeliveryState>;

/** @throws StoreError `corrupt` */
export function deliveryStateOf(text: string): DeliveryState {
  const state = STATES[text];
  if (state === undefined)
    throw new StoreError("corrupt", `A stored delivery is in an unknown state: ${text}.`);
  return state;
}

/** @throws StoreError `corrupt` */
export function deliveryOf(row: StoredDelivery): OutboxRow {
  const target: unknown = JSON.parse(row.target);
  return {
    id: row.id,
    channel: row.channel,
    accountId: row.account_id,
    lane: row.lane,
    target,
    parts: listOf(row.parts, row.id),
    origin: row.origin,
    ...(row.session_key !== null && { sessionKey: row.session_key }),
    ...(row.run_id !== null && { runId: row.run_id }),
    ...(row.scope !== null && row.key !== null && { idempotency: { scope: row.scope, key: row.key } }),
    summary: row.summary,
    state: deliveryStateOf(row.state),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    receipts: listOf(row.receipts, row.id),
    attempts: row.attempts,
    notBefore: row.not_before,
    ...(row.last_error !== null && { lastError: row.last_error }),
  };
}

function listOf(json: string, id: number): readonly unknown[] {
  const value: unknown = JSON.parse(json);
  if (!fits(List, value)) throw new StoreError("corrupt", `The stored delivery ${id} cannot be read.`);
  return value;
}
