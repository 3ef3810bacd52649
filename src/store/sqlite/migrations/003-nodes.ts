import type { Migration } from "../migration.ts";

/** Nodes, surfaces that wait for approval, and what waits until a node wakes. */
export const nodes: Migration = {
  version: 3,
  name: "nodes",
  up(db) {
    db.run(`CREATE TABLE nodes (
      node_id TEXT PRIMARY KEY,
      identity TEXT NOT NULL,
      label TEXT,
      created_at INTEGER NOT NULL,
      approved TEXT,
      approved_at INTEGER,
      token_hash TEXT,
      last_connected_at INTEGER,
      last_disconnected_at INTEGER,
      last_seen_at INTEGER,
      last_seen_reason TEXT,
      host_stats TEXT,
      work_revision INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID`);
    db.run(`CREATE TABLE node_pending_surfaces (
      request_id TEXT PRIMARY KEY,
      node_id TEXT NOT NULL UNIQUE,
      identity TEXT NOT NULL,
      surface TEXT NOT NULL,
      silent INTEGER NOT NULL,
      origin TEXT NOT NULL,
      ts INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`);
    db.run(`CREATE TABLE node_actions (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      node_id TEXT NOT NULL,
      command TEXT NOT NULL,
      params_json TEXT,
      idempotency_key TEXT NOT NULL,
      enqueued_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL,
      UNIQUE (node_id, idempotency_key)
    ) STRICT`);
    db.run(`CREATE TABLE node_work (
      id TEXT PRIMARY KEY,
      node_id TEXT NOT NULL,
      type TEXT NOT NULL,
      priority TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL,
      UNIQUE (node_id, type)
    ) STRICT, WITHOUT ROWID`);
  },
};
