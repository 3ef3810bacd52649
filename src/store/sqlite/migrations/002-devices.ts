import type { Migration } from "../migration.ts";

/** Paired devices, their tokens, pending pairing requests and setup codes. */
export const devices: Migration = {
  version: 2,
  name: "devices",
  up(db) {
    db.run(`CREATE TABLE devices (
      device_id TEXT PRIMARY KEY,
      public_key TEXT NOT NULL,
      display_name TEXT,
      operator_label TEXT,
      platform TEXT,
      device_family TEXT,
      client_id TEXT,
      client_mode TEXT,
      remote_ip TEXT,
      role TEXT NOT NULL,
      roles TEXT NOT NULL,
      scopes TEXT NOT NULL,
      approved_via TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      approved_at INTEGER NOT NULL,
      last_seen_at INTEGER,
      last_seen_reason TEXT
    ) STRICT, WITHOUT ROWID`);
    db.run(`CREATE TABLE device_tokens (
      device_id TEXT NOT NULL REFERENCES devices (device_id) ON DELETE CASCADE,
      role TEXT NOT NULL,
      token TEXT NOT NULL UNIQUE,
      scopes TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      rotated_at INTEGER,
      last_used_at INTEGER,
      revoked_at INTEGER,
      PRIMARY KEY (device_id, role)
    ) STRICT, WITHOUT ROWID`);
    db.run(`CREATE TABLE device_requests (
      request_id TEXT PRIMARY KEY,
      device_id TEXT NOT NULL UNIQUE,
      public_key TEXT NOT NULL,
      display_name TEXT,
      platform TEXT,
      device_family TEXT,
      client_id TEXT,
      client_mode TEXT,
      remote_ip TEXT,
      role TEXT NOT NULL,
      roles TEXT NOT NULL,
      scopes TEXT NOT NULL,
      is_repair INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`);
    db.run(`CREATE TABLE setup_codes (
      setup_id TEXT PRIMARY KEY,
      token_hash TEXT NOT NULL UNIQUE,
      access TEXT NOT NULL,
      expires_at INTEGER NOT NULL,
      claimed_by TEXT,
      completed_by TEXT,
      completed_name TEXT,
      completed_at INTEGER
    ) STRICT, WITHOUT ROWID`);
  },
};
