import type { Migration } from "../migration.ts";

/** What came in and what goes out through channels, and who is let in to direct chats. */
export const channels: Migration = {
  version: 5,
  name: "channels",
  up(db) {
    // People name rows by their id, so an id is never given twice.
    db.run(`CREATE TABLE inbox (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      channel TEXT NOT NULL,
      identity TEXT NOT NULL,
      account_id TEXT NOT NULL,
      event_key TEXT NOT NULL,
      lane TEXT NOT NULL,
      event TEXT,
      state TEXT NOT NULL,
      accepted_at INTEGER NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0,
      not_before INTEGER NOT NULL DEFAULT 0,
      run_id TEXT,
      draft TEXT,
      last_error TEXT,
      settled_at INTEGER,
      disposition TEXT,
      UNIQUE (channel, identity, event_key)
    ) STRICT`);
    db.run(`CREATE INDEX inbox_waiting ON inbox (state) WHERE state = 'waiting'`);
    // Holds every column that is counted and forgotten by, so that neither reads the wide rows.
    db.run(`CREATE INDEX inbox_by_state ON inbox (channel, account_id, state, settled_at, accepted_at)`);
    db.run(`CREATE TABLE inbox_cursors (
      channel TEXT NOT NULL,
      identity TEXT NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY (channel, identity)
    ) STRICT, WITHOUT ROWID`);
    db.run(`CREATE TABLE outbox (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      channel TEXT NOT NULL,
      account_id TEXT NOT NULL,
      lane TEXT NOT NULL,
      target TEXT NOT NULL,
      parts TEXT NOT NULL,
      part_count INTEGER NOT NULL,
      origin TEXT NOT NULL,
      session_key TEXT,
      run_id TEXT,
      scope TEXT,
      key TEXT,
      summary TEXT NOT NULL,
      state TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      receipts TEXT NOT NULL DEFAULT '[]',
      attempts INTEGER NOT NULL,
      not_before INTEGER NOT NULL DEFAULT 0,
      last_error TEXT,
      UNIQUE (scope, key)
    ) STRICT`);
    db.run(
      `CREATE INDEX outbox_open ON outbox (channel, account_id, lane) WHERE state IN ('queued', 'sending')`,
    );
    db.run(`CREATE INDEX outbox_by_state ON outbox (channel, account_id, state, updated_at, created_at)`);
    db.run(`CREATE TABLE channel_pairing_requests (
      id INTEGER PRIMARY KEY,
      channel TEXT NOT NULL,
      account_id TEXT NOT NULL,
      sender_id TEXT NOT NULL,
      code TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      last_seen_at INTEGER NOT NULL,
      meta TEXT NOT NULL,
      UNIQUE (channel, account_id, sender_id)
    ) STRICT`);
    db.run(`CREATE TABLE channel_pairing_allow_entries (
      id INTEGER PRIMARY KEY,
      channel TEXT NOT NULL,
      account_id TEXT NOT NULL,
      sender_id TEXT NOT NULL,
      UNIQUE (channel, account_id, sender_id)
    ) STRICT`);
  },
};
