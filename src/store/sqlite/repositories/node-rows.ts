import type { TSchema, Static } from "@sinclair/typebox";
import { fits } from "../../../protocol/index.ts";
import { StoreError } from "../../errors.ts";
import {
  NodeHostStats,
  NodeIdentity,
  NodeSurface,
  type NodeAction,
  type NodeRecord,
  type NodeWork,
  type PendingSurface,
} from "../../nodes.ts";

/** A row of `nodes`. */
export interface NodeRow {
  readonly node_id: string;
  readonly identity: string;
  readonly label: string | null;
  readonly created_at: number;
  readonly approved: string | null;
  readonly approved_at: number | null;
  readonly token_hash: string | null;
  readonly last_connected_at: number | null;
  readonly last_disconnected_at: number | null;
  readonly last_seen_at: number | null;
  readonly last_seen_reason: string | null;
  readonly host_stats: string | null;
  readonly work_revision: number;
}

/** A row of `node_pending_surfaces`. */
export interface PendingRow {
  readonly request_id: string;
  readonly node_id: string;
  readonly identity: string;
  readonly surface: string;
  readonly silent: number;
  readonly origin: string;
  readonly ts: number;
}

/** A row of `node_actions`. */
export interface ActionRow {
  readonly id: string;
  readonly node_id: string;
  readonly command: string;
  readonly params_json: string | null;
  readonly idempotency_key: string;
  readonly enqueued_at: number;
}

/** A row of `node_work`. */
export interface WorkRow {
  readonly id: string;
  readonly type: string;
  readonly priority: string;
  readonly created_at: number;
  readonly expires_at: number;
}

function parse<T extends TSchema>(schema: T, json: string, what: string): Static<T> {
  const value: unknown = JSON.parse(json);
  if (!fits(schema, value)) throw new StoreError("corrupt", `The stored ${what} of a node is damaged.`);
  return value;
}

export function nodeOf(row: NodeRow): NodeRecord {
  return {
    nodeId: row.node_id,
    identity: parse(NodeIdentity, row.identity, "identity"),
    createdAtMs: row.created_at,
    ...(row.label !== null && { label: row.label }),
    ...(row.approved !== null && {
      approved: {
        ...parse(NodeSurface, row.approved, "approved surface"),
        approvedAtMs: row.approved_at ?? row.created_at,
      },
    }),
    ...(row.token_hash !== null && { tokenHash: row.token_hash }),
    ...(row.last_connected_at !== null && { lastConnectedAtMs: row.last_connected_at }),
    ...(row.last_disconnected_at !== null && { lastDisconnectedAtMs: row.last_disconnected_at }),
    ...(row.last_seen_at !== null && { lastSeenAtMs: row.last_seen_at }),
    ...(row.last_seen_reason !== null && { lastSeenReason: row.last_seen_reason }),
    ...(row.host_stats !== null && { hostStats: parse(NodeHostStats, row.host_stats, "host statistics") }),
  };
}

export function pendingOf(row: PendingRow): PendingSurface {
  return {
    requestId: row.request_id,
    nodeId: row.node_id,
    identity: parse(NodeIdentity, row.identity, "identity"),
    surface: parse(NodeSurface, row.surface, "waiting surface"),
    silent: row.silent !== 0,
    origin: row.origin === "request" ? "request" : "connect",
    ts: row.ts,
  };
}

export function actionOf(row: ActionRow): NodeAction {
  return {
    id: row.id,
    nodeId: row.node_id,
    command: row.command,
    ...(row.params_json !== null && { paramsJSON: row.params_json }),
    idempotencyKey: row.idempotency_key,
    enqueuedAtMs: row.enqueued_at,
  };
}

export function workOf(row: WorkRow): NodeWork {
  return {
    id: row.id,
    type: row.type === "location.request" ? "location.request" : "status.request",
    priority: row.priority === "high" ? "high" : "normal",
    createdAtMs: row.created_at,
    expiresAtMs: row.expires_at,
  };
}
