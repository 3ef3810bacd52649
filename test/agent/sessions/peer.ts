import { Database } from "bun:sqlite";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";

/** A conversation of another OpenClaw for its database. */
export interface PeerRow {
  readonly key: string;
  readonly sessionId: string;
  readonly entry?: object;
  /** Transcripts by id; the last one may be packed. */
  readonly transcripts: Readonly<Record<string, readonly object[]>>;
}

/** Writes the tables of an agent's database that are read, in the shape of schema 23; every second line packed. */
export function writePeerDatabase(path: string, rows: readonly PeerRow[], role = "agent"): Database {
  mkdirSync(dirname(path), { recursive: true });
  const db = new Database(path, { create: true, strict: true });
  db.run("PRAGMA journal_mode = WAL");
  db.run(`CREATE TABLE schema_meta (meta_key TEXT PRIMARY KEY, role TEXT NOT NULL, schema_version INTEGER NOT NULL,
    agent_id TEXT, app_version TEXT) STRICT`);
  db.run(`CREATE TABLE session_nodes (session_key TEXT PRIMARY KEY, current_session_id TEXT NOT NULL,
    entry_json TEXT NOT NULL, updated_at INTEGER NOT NULL) STRICT`);
  db.run(`CREATE TABLE session_windows (session_id TEXT PRIMARY KEY, session_key TEXT NOT NULL,
    created_at INTEGER NOT NULL, started_at INTEGER) STRICT`);
  db.run(`CREATE TABLE transcript_events (session_id TEXT NOT NULL, seq INTEGER NOT NULL, event_json TEXT,
    created_at INTEGER NOT NULL, event_zstd BLOB, PRIMARY KEY (session_id, seq)) STRICT`);
  db.query("INSERT INTO schema_meta VALUES ('primary', ?, 23, 'Ops', '2026.9.6')").run(role);
  let at = 1_000;
  for (const { key, sessionId, entry = {}, transcripts } of rows) {
    db.query("INSERT INTO session_nodes VALUES (?, ?, ?, 5)").run(
      key,
      sessionId,
      JSON.stringify({ sessionId, ...entry }),
    );
    for (const [id, events] of Object.entries(transcripts)) {
      db.query("INSERT INTO session_windows VALUES (?, ?, ?, 7)").run(id, key, (at += 1_000));
      for (const [seq, event] of events.entries()) {
        const text = JSON.stringify(event);
        const packed = seq % 2 === 1 ? Bun.zstdCompressSync(text) : null;
        db.query("INSERT INTO transcript_events VALUES (?, ?, ?, 5, ?)").run(
          id,
          seq,
          packed === null ? text : null,
          packed,
        );
      }
    }
  }
  return db;
}
