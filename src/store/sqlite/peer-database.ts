import type { Database } from "bun:sqlite";
import { damage } from "./integrity.ts";
import { columnsOf, openPeerCopy, type PeerCopy } from "./peer-copy.ts";

/** A database of sessions that another OpenClaw keeps for one of its agents, and that cannot be read; the message says why. */
export class PeerDatabaseError extends Error {}

/** A conversation in it. */
export interface PeerSession {
  readonly key: string;
  readonly currentSessionId: string;
  /** Its session entry, as JSON gave it. */
  readonly entry: unknown;
  /** Ids of its transcripts with epoch ms of their beginning, oldest first. */
  readonly transcripts: readonly { readonly sessionId: string; readonly startedAt: number }[];
}

/** An agent's conversations in another OpenClaw, read from a copy. */
export interface PeerDatabase extends Disposable {
  readonly agentId: string;
  readonly schemaVersion: number;
  sessions(): readonly PeerSession[];
  /** The lines of a transcript in order, header included, as JSON gave them. @throws PeerDatabaseError */
  events(sessionId: string): readonly unknown[];
}

/** What is read; a schema that has these columns can be read, whatever its version. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  schema_meta: ["role", "schema_version", "agent_id"],
  session_nodes: ["session_key", "current_session_id", "entry_json"],
  session_windows: ["session_id", "session_key", "created_at"],
  transcript_events: ["session_id", "seq", "event_json"],
};

/** Most bytes of one line when unpacked: the other side's own limit. */
const EVENT_MAX_BYTES = 4 * 1_024 * 1_024;

interface NodeRow {
  readonly session_key: string;
  readonly current_session_id: string;
  readonly entry_json: string;
}

interface WindowRow {
  readonly session_id: string;
  readonly session_key: string;
  readonly began_at: number;
}

interface EventRow {
  readonly event_json: string | null;
  readonly event_zstd: Uint8Array | null;
}

/**
 * Opens a copy, made below `tmpDir`, of the database at `path`: reading the file itself would change its journals. The copy
 * goes away with the answer. @throws PeerDatabaseError
 */
export function openPeerDatabase(path: string, tmpDir: string): PeerDatabase {
  let copy: PeerCopy | undefined;
  try {
    const opened = (copy = openPeerCopy(path, tmpDir));
    return { ...reading(opened.db, path), [Symbol.dispose]: () => opened[Symbol.dispose]() };
  } catch (error) {
    copy?.[Symbol.dispose]();
    if (error instanceof PeerDatabaseError) throw error;
    const said = error instanceof Error ? error.message : String(error);
    throw new PeerDatabaseError(`${path} cannot be read: ${said}`, { cause: error });
  }
}

function reading(db: Database, path: string): Omit<PeerDatabase, typeof Symbol.dispose> {
  const fault = damage(db);
  if (fault !== undefined) {
    throw new PeerDatabaseError(
      `${path} is damaged or in use: ${fault}. Stop the gateway it belongs to and try again.`,
    );
  }
  const missing = Object.entries(COLUMNS).flatMap(([table, columns]) => {
    const present = columnsOf(db, table);
    return columns.filter((column) => !present.has(column)).map((column) => `${table}.${column}`);
  });
  if (missing.length > 0) {
    throw new PeerDatabaseError(
      `${path} has no ${missing.join(", ")}: it is no database of sessions, or of another version.`,
    );
  }
  const meta = db
    .query<{ role: string; schema_version: number; agent_id: string | null }, []>(
      "SELECT role, schema_version, agent_id FROM schema_meta LIMIT 1",
    )
    .get();
  if (meta?.role !== "agent" || meta.agent_id === null) {
    throw new PeerDatabaseError(`${path} is not the database of an agent.`);
  }
  const packed = columnsOf(db, "transcript_events").has("event_zstd") ? "event_zstd" : "NULL AS event_zstd";
  const events = `SELECT event_json, ${packed} FROM transcript_events WHERE session_id = ? ORDER BY seq`;
  return {
    agentId: meta.agent_id,
    schemaVersion: meta.schema_version,
    sessions: () => sessionsIn(db),
    events: (sessionId) =>
      db
        .query<EventRow, [string]>(events)
        .all(sessionId)
        .map((row): unknown => JSON.parse(textOf(row))),
  };
}

function sessionsIn(db: Database): readonly PeerSession[] {
  const nodes = db.query<NodeRow, []>(
    "SELECT session_key, current_session_id, entry_json FROM session_nodes ORDER BY session_key",
  );
  const windows = db
    .query<WindowRow, []>(
      "SELECT session_id, session_key, created_at AS began_at FROM session_windows ORDER BY created_at",
    )
    .all();
  const byKey = Map.groupBy(windows, (window) => window.session_key);
  return nodes.all().map((node): PeerSession => {
    const entry: unknown = JSON.parse(node.entry_json);
    return {
      key: node.session_key,
      currentSessionId: node.current_session_id,
      entry,
      transcripts: (byKey.get(node.session_key) ?? []).map((window) => ({
        sessionId: window.session_id,
        startedAt: window.began_at,
      })),
    };
  });
}

function textOf({ event_json: text, event_zstd: bytes }: EventRow): string {
  if (text !== null) return text;
  if (bytes === null) throw new PeerDatabaseError("a line of a transcript is empty");
  const unpacked = Bun.zstdDecompressSync(bytes);
  if (unpacked.byteLength > EVENT_MAX_BYTES)
    throw new PeerDatabaseError("a line of a transcript is too long");
  return unpacked.toString();
}
