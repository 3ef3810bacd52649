import type { Database } from "bun:sqlite";
import type { SessionKey } from "../../../protocol/index.ts";
import type { StoredEvent, TranscriptEvent, UsageRecord } from "../../transcripts.ts";
import { saidIn, summaryOf, timeOf } from "./transcript-rows.ts";

/** What a writer needs of `transcripts`. */
export interface TranscriptRow {
  readonly id: number;
  readonly last_seq: number;
  readonly messages: number;
}

export const TRANSCRIPT = "SELECT id, last_seq, messages FROM transcripts WHERE session_id = ?";
const NEWEST_ID =
  "SELECT event_id AS id FROM transcript_events WHERE transcript = ? ORDER BY seq DESC LIMIT 1";
const ADVANCE = "UPDATE transcripts SET last_seq = ?, messages = ? WHERE id = ?";
const ADD = `INSERT INTO transcript_events (transcript, seq, event_id, type, messages, at, role, tool,
    tool_calls, is_error, event) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (transcript, event_id) DO NOTHING`;
const INDEX = "INSERT INTO transcript_words (rowid, body) VALUES (?, ?)";
const RECORD = `INSERT INTO usage_calls (at, agent_id, session_key, session_id, run_id, provider, model, channel,
    input, output, cache_read, cache_write, total_tokens,
    cost_input, cost_output, cost_cache_read, cost_cache_write, cost_total, duration_ms)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const BEGIN = "INSERT INTO transcripts (session_id, session_key, agent_id, started_at) VALUES (?, ?, ?, ?)";

/** Writes an empty transcript; inside the caller's transaction. */
export function beginTranscript(
  db: Database,
  transcript: {
    readonly sessionId: string;
    readonly key: SessionKey;
    readonly agentId: string;
    readonly startedAt: number;
  },
): void {
  const { sessionId, key, agentId, startedAt } = transcript;
  db.query(BEGIN).run(sessionId, key, agentId, startedAt);
}

/** Id of the newest event; null in an empty transcript. Inside the caller's transaction. */
export function newestEventId(db: Database, sessionId: string): string | null {
  return db.query<{ id: string }, [number]>(NEWEST_ID).get(transcriptOf(db, sessionId).id)?.id ?? null;
}

/**
 * Adds the events that are not there yet; inside the caller's transaction. With `follow`, one that names no parent gets
 * that event as its parent, or the one that was added before it.
 */
export function addEvents(
  db: Database,
  sessionId: string,
  events: readonly TranscriptEvent[],
  follow?: string | null,
): readonly StoredEvent[] {
  const transcript = transcriptOf(db, sessionId);
  let newest = follow;
  let { last_seq: seq, messages } = transcript;
  const added: StoredEvent[] = [];
  for (const given of events) {
    const event =
      newest === undefined || given.parentId !== undefined ? given : { ...given, parentId: newest };
    const messageSeq = messages + (event.type === "message" ? 1 : 0);
    const { role, tool, toolCalls, isError } = summaryOf(event);
    const { changes, lastInsertRowid } = db
      .query(ADD)
      .run(
        transcript.id,
        seq + 1,
        event.id,
        event.type,
        messageSeq,
        timeOf(event),
        role,
        tool,
        toolCalls,
        isError ? 1 : 0,
        JSON.stringify(event),
      );
    if (changes === 0) continue;
    seq += 1;
    messages = messageSeq;
    if (newest !== undefined) newest = event.id;
    const said = saidIn(event);
    if (said !== undefined) db.query(INDEX).run(lastInsertRowid, said.text);
    added.push({ seq, messageSeq, event });
  }
  if (added.length > 0) db.query(ADVANCE).run(seq, messages, transcript.id);
  return added;
}

/** Adds calls; inside the caller's transaction. */
export function recordUsage(db: Database, calls: readonly UsageRecord[]): void {
  for (const call of calls) {
    db.query(RECORD).run(
      call.at,
      call.agentId,
      call.sessionKey,
      call.sessionId,
      call.runId,
      call.provider,
      call.model,
      call.channel,
      call.input,
      call.output,
      call.cacheRead,
      call.cacheWrite,
      call.totalTokens,
      call.cost?.input ?? null,
      call.cost?.output ?? null,
      call.cost?.cacheRead ?? null,
      call.cost?.cacheWrite ?? null,
      call.cost?.total ?? null,
      call.durationMs ?? null,
    );
  }
}

function transcriptOf(db: Database, sessionId: string): TranscriptRow {
  const transcript = db.query<TranscriptRow, [string]>(TRANSCRIPT).get(sessionId);
  if (transcript === null) throw new Error("a session without a transcript");
  return transcript;
}
