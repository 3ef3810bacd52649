import { APPLICATION_ID } from "../identity.ts";
import type { Migration } from "../migration.ts";

/** What the engine itself needs: its own notes, small state, and the memory of answered requests. */
export const base: Migration = {
  version: 1,
  name: "base",
  up(db) {
    db.run(`PRAGMA application_id = ${APPLICATION_ID}`);
    db.run(`CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID`);
    db.run(`CREATE TABLE kv (
      name TEXT PRIMARY KEY,
      value TEXT NOT NULL,
      updated_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`);
    db.run(`CREATE TABLE idempotency (
      id INTEGER PRIMARY KEY,
      method TEXT NOT NULL,
      key TEXT NOT NULL,
      touched_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL,
      outcome TEXT,
      UNIQUE (method, key)
    ) STRICT`);
    db.run(`CREATE INDEX idempotency_by_expiry ON idempotency (expires_at)`);
  },
};
