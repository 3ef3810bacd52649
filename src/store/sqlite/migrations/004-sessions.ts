import type { Migration } from "../migration.ts";

/** Conversations, their transcripts and what they cost, turns in progress, credentials of model providers. */
export const sessions: Migration = {
  version: 4,
  name: "sessions",
  up(db) {
    db.run(`CREATE TABLE sessions (
      id INTEGER PRIMARY KEY,
      key TEXT NOT NULL UNIQUE,
      agent_id TEXT NOT NULL,
      session_id TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      archived INTEGER NOT NULL,
      words TEXT NOT NULL,
      entry TEXT NOT NULL
    ) STRICT`);
    // Holds every column that lists filter and sort by, so that neither a page nor a count reads the wide rows.
    db.run(`CREATE INDEX sessions_by_update ON sessions (updated_at, archived, agent_id, key)`);
    db.run(`CREATE TABLE transcripts (
      id INTEGER PRIMARY KEY,
      session_id TEXT NOT NULL UNIQUE,
      session_key TEXT NOT NULL,
      agent_id TEXT NOT NULL,
      started_at INTEGER NOT NULL,
      last_seq INTEGER NOT NULL DEFAULT 0,
      messages INTEGER NOT NULL DEFAULT 0
    ) STRICT`);
    db.run(`CREATE INDEX transcripts_by_key ON transcripts (session_key)`);
    db.run(`CREATE TABLE transcript_events (
      id INTEGER PRIMARY KEY,
      transcript INTEGER NOT NULL REFERENCES transcripts (id) ON DELETE CASCADE,
      seq INTEGER NOT NULL,
      event_id TEXT NOT NULL,
      type TEXT NOT NULL,
      messages INTEGER NOT NULL,
      at INTEGER NOT NULL,
      role TEXT NOT NULL,
      tool TEXT NOT NULL,
      tool_calls INTEGER NOT NULL,
      is_error INTEGER NOT NULL,
      event TEXT NOT NULL,
      UNIQUE (transcript, seq),
      UNIQUE (transcript, event_id)
    ) STRICT`);
    db.run(`CREATE INDEX transcript_events_by_type ON transcript_events (transcript, type, seq)`);
    db.run(
      `CREATE VIRTUAL TABLE transcript_words USING fts5 (body, tokenize = "unicode61 remove_diacritics 2")`,
    );
    db.run(`CREATE TRIGGER transcript_words_follow AFTER DELETE ON transcript_events BEGIN
      DELETE FROM transcript_words WHERE rowid = old.id;
    END`);
    db.run(`CREATE TABLE usage_calls (
      id INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      agent_id TEXT NOT NULL,
      session_key TEXT NOT NULL,
      session_id TEXT NOT NULL,
      run_id TEXT NOT NULL,
      provider TEXT NOT NULL,
      model TEXT NOT NULL,
      channel TEXT NOT NULL,
      input INTEGER NOT NULL,
      output INTEGER NOT NULL,
      cache_read INTEGER NOT NULL,
      cache_write INTEGER NOT NULL,
      total_tokens INTEGER NOT NULL,
      cost_input REAL,
      cost_output REAL,
      cost_cache_read REAL,
      cost_cache_write REAL,
      cost_total REAL,
      duration_ms REAL
    ) STRICT`);
    db.run(`CREATE INDEX usage_calls_by_time ON usage_calls (at)`);
    db.run(`CREATE INDEX usage_calls_by_session ON usage_calls (session_key, at)`);
    db.run(`CREATE TABLE runs (
      id INTEGER PRIMARY KEY,
      namespace TEXT NOT NULL,
      run_id TEXT NOT NULL,
      session_key TEXT NOT NULL,
      agent_id TEXT NOT NULL,
      fingerprint TEXT NOT NULL,
      request TEXT,
      accepted_at INTEGER NOT NULL,
      phase TEXT NOT NULL,
      settled_at INTEGER,
      outcome TEXT,
      UNIQUE (namespace, run_id)
    ) STRICT`);
    db.run(`CREATE INDEX runs_by_settlement ON runs (settled_at)`);
    db.run(`CREATE TABLE auth_profiles (
      id TEXT PRIMARY KEY,
      provider TEXT NOT NULL,
      type TEXT NOT NULL,
      credential TEXT NOT NULL,
      email TEXT,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`);
    db.run(`CREATE TABLE auth_profile_states (
      id TEXT PRIMARY KEY,
      last_used_at INTEGER,
      cooldown_until INTEGER,
      reason TEXT,
      failures INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`);
  },
};
