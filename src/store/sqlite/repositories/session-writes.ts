import type { Database } from "bun:sqlite";
import type { SessionEntry, SessionEntryPatch, SessionRecord } from "../../sessions.ts";
import { isNews, patched, recordOf, wordsOf, type SessionRow } from "./session-rows.ts";

const OPEN = `INSERT INTO sessions (key, agent_id, session_id, created_at, updated_at, archived, words, entry)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;
const WRITE =
  "UPDATE sessions SET session_id = ?, updated_at = ?, archived = ?, words = ?, entry = ? WHERE id = ?";

/** Writes a new session, without its transcript; inside the caller's transaction. */
export function addSession(
  db: Database,
  { key, agentId, sessionId, createdAt, updatedAt, entry }: SessionRecord,
): void {
  const [words, json] = [wordsOf(key, entry), JSON.stringify(entry)];
  db.query(OPEN).run(key, agentId, sessionId, createdAt, updatedAt, archived(entry), words, json);
}

/** Writes a changed entry; inside the caller's transaction. */
export function rewrite(
  db: Database,
  row: SessionRow,
  patch: SessionEntryPatch,
  now: number,
  isActivity = false,
): SessionRecord {
  const before = recordOf(row);
  const entry = patched(before.entry, patch);
  const updatedAt = isActivity || isNews(patch) ? now : before.updatedAt;
  db.query(WRITE).run(
    row.session_id,
    updatedAt,
    archived(entry),
    wordsOf(row.key, entry),
    JSON.stringify(entry),
    row.id,
  );
  return { ...before, updatedAt, entry };
}

/** The column that lists filter by. */
function archived(entry: SessionEntry): number {
  return entry.archivedAt === undefined ? 0 : 1;
}
