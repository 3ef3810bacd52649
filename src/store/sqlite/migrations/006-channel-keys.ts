import type { Migration } from "../migration.ts";

/** Credentials and session keys of linked accounts, and what they decrypted until it is in the inbox. */
export const channelKeys: Migration = {
  version: 6,
  name: "channel-keys",
  up(db) {
    db.run(`CREATE TABLE channel_creds (
      channel TEXT NOT NULL,
      account_id TEXT NOT NULL,
      value TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      PRIMARY KEY (channel, account_id)
    ) STRICT, WITHOUT ROWID`);
    db.run(`CREATE TABLE channel_keys (
      channel TEXT NOT NULL,
      account_id TEXT NOT NULL,
      type TEXT NOT NULL,
      key_id TEXT NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY (channel, account_id, type, key_id)
    ) STRICT, WITHOUT ROWID`);
    db.run(`CREATE TABLE channel_arrivals (
      id INTEGER PRIMARY KEY,
      channel TEXT NOT NULL,
      account_id TEXT NOT NULL,
      arrival_key TEXT NOT NULL,
      envelope TEXT NOT NULL,
      payload BLOB NOT NULL,
      at INTEGER NOT NULL,
      taken_at INTEGER,
      UNIQUE (channel, account_id, arrival_key)
    ) STRICT`);
    db.run(`CREATE INDEX channel_arrivals_waiting ON channel_arrivals (channel, account_id, id)
      WHERE taken_at IS NULL`);
  },
};
