import type { Database } from "bun:sqlite";
import type { Clock } from "../../../lib/clock.ts";
import type { SessionKey } from "../../../protocol/index.ts";
import { SEARCH_SNIPPET_WORDS } from "../../limits.ts";
import type { SessionRecord } from "../../sessions.ts";
import type {
  Adopted,
  Appended,
  AppendRequest,
  ForeignTranscript,
  ReadRange,
  StoredEvent,
  TranscriptFacts,
  TranscriptHit,
  TranscriptRepository,
} from "../../transcripts.ts";
import { act, look } from "../act.ts";
import type { RepositoryDeps } from "./deps.ts";
import type { SessionRow } from "./session-rows.ts";
import { addSession, rewrite } from "./session-writes.ts";
import { matchOf, saidIn, storedOf, timeOf, type EventRow } from "./transcript-rows.ts";
import {
  addEvents,
  beginTranscript,
  newestEventId,
  recordUsage,
  TRANSCRIPT,
  type TranscriptRow,
} from "./transcript-writes.ts";

interface FactsRow extends TranscriptRow {
  readonly session_id: string;
  readonly session_key: SessionKey;
  readonly agent_id: string;
  readonly started_at: number;
}

interface HitRow extends EventRow {
  readonly session_key: SessionKey;
  readonly session_id: string;
  readonly snippet: string;
  readonly score: number;
}

const KNOWN_SESSION = "SELECT 1 AS known FROM sessions WHERE key = ?";
const KNOWN_TRANSCRIPT = "SELECT 1 AS known FROM transcripts WHERE session_id = ?";
const SESSION = "SELECT * FROM sessions WHERE key = ? AND session_id = ?";
const EVENT = "SELECT e.seq, e.messages, e.event FROM transcript_events e";
const RANGE = `${EVENT} WHERE e.transcript = $transcript AND e.seq > $after AND e.seq < $before
  AND ($types IS NULL OR e.type IN (SELECT value FROM json_each($types)))`;
const FIRST = `${RANGE} ORDER BY e.seq LIMIT $limit OFFSET $offset`;
const LAST = `${RANGE} ORDER BY e.seq DESC LIMIT $limit OFFSET $offset`;
const ONE = `${EVENT} JOIN transcripts t ON t.id = e.transcript WHERE t.session_id = ? AND e.event_id = ?`;
const NEWEST = `${EVENT} JOIN transcripts t ON t.id = e.transcript WHERE t.session_id = ?
  ORDER BY e.seq DESC LIMIT 1`;
const NEWEST_OF = `${EVENT} JOIN transcripts t ON t.id = e.transcript WHERE t.session_id = ? AND e.type = ?
  ORDER BY e.seq DESC LIMIT 1`;
const COUNT = `SELECT count(*) AS n FROM transcript_events e JOIN transcripts t ON t.id = e.transcript
  WHERE t.session_id = $sessionId`;
const COUNT_OF = `${COUNT} AND e.type IN (SELECT value FROM json_each($types))`;
const SEARCH = `SELECT e.seq, e.messages, e.event, t.session_key, t.session_id,
    snippet(transcript_words, 0, '', '', '…', ${SEARCH_SNIPPET_WORDS}) AS snippet,
    -w.rank AS score
  FROM transcript_words w JOIN transcript_events e ON e.id = w.rowid JOIN transcripts t ON t.id = e.transcript
  WHERE transcript_words MATCH $match AND ($agentId IS NULL OR t.agent_id = $agentId)
    AND ($keys IS NULL OR t.session_key IN (SELECT value FROM json_each($keys)))
  ORDER BY w.rank LIMIT $limit`;

/** Transcripts as rows of JSON lines, with an index of what was said. */
export class SqliteTranscriptRepository implements TranscriptRepository {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor({ db, clock }: RepositoryDeps) {
    this.#db = db;
    this.#clock = clock;
  }

  async append({ key, sessionId, events, entry, usage }: AppendRequest): Promise<Appended | undefined> {
    return act(this.#db, () => {
      const row = this.#db.query<SessionRow, [string, string]>(SESSION).get(key, sessionId);
      if (row === null) return undefined;
      const added = addEvents(this.#db, sessionId, events, newestEventId(this.#db, sessionId));
      // A repeat of what was written already would count its cost twice.
      const isRepeat = events.length > 0 && added.length === 0;
      if (!isRepeat) recordUsage(this.#db, usage ?? []);
      const record = rewrite(this.#db, row, entry ?? {}, this.#clock.now(), added.length > 0);
      return { events: added, record };
    });
  }

  async adopt(session: SessionRecord, transcripts: readonly ForeignTranscript[]): Promise<Adopted> {
    return act(this.#db, () => {
      const { key, agentId } = session;
      const fresh = transcripts.filter(
        ({ sessionId }) => this.#db.query(KNOWN_TRANSCRIPT).get(sessionId) === null,
      );
      const created = this.#db.query(KNOWN_SESSION).get(key) === null;
      if (created) addSession(this.#db, session);
      for (const { sessionId, startedAt, events, usage } of fresh) {
        beginTranscript(this.#db, { sessionId, key, agentId, startedAt });
        addEvents(this.#db, sessionId, events);
        recordUsage(this.#db, usage);
      }
      return { created, transcripts: fresh.map(({ sessionId }) => sessionId) };
    });
  }

  async read(sessionId: string, range: ReadRange = {}): Promise<readonly StoredEvent[]> {
    return look(this.#db, () => {
      const transcript = this.#db.query<TranscriptRow, [string]>(TRANSCRIPT).get(sessionId);
      if (transcript === null) return [];
      const rows = this.#db
        .query<EventRow, [Record<string, string | number | null>]>(range.fromEnd === true ? LAST : FIRST)
        .all({
          transcript: transcript.id,
          after: range.after ?? 0,
          before: range.before ?? Number.MAX_SAFE_INTEGER,
          types: range.types === undefined ? null : JSON.stringify(range.types),
          limit: range.limit ?? -1,
          offset: range.offset ?? 0,
        });
      if (range.fromEnd === true) rows.reverse();
      return rows.map(storedOf);
    });
  }

  async find(sessionId: string, eventId: string): Promise<StoredEvent | undefined> {
    return look(this.#db, () => {
      const row = this.#db.query<EventRow, [string, string]>(ONE).get(sessionId, eventId);
      return row === null ? undefined : storedOf(row);
    });
  }

  async last(sessionId: string, type?: string): Promise<StoredEvent | undefined> {
    return look(this.#db, () => {
      const row =
        type === undefined
          ? this.#db.query<EventRow, [string]>(NEWEST).get(sessionId)
          : this.#db.query<EventRow, [string, string]>(NEWEST_OF).get(sessionId, type);
      return row === null ? undefined : storedOf(row);
    });
  }

  async count(sessionId: string, types?: readonly string[]): Promise<number> {
    return look(this.#db, () => {
      const counted =
        types === undefined
          ? this.#db.query<{ n: number }, [{ sessionId: string }]>(COUNT).get({ sessionId })
          : this.#db
              .query<{ n: number }, [{ sessionId: string; types: string }]>(COUNT_OF)
              .get({ sessionId, types: JSON.stringify(types) });
      return counted?.n ?? 0;
    });
  }

  async lives(key: SessionKey): Promise<readonly string[]> {
    const sql = "SELECT session_id FROM transcripts WHERE session_key = ? ORDER BY started_at, id";
    return look(this.#db, () =>
      this.#db
        .query<{ session_id: string }, [string]>(sql)
        .all(key)
        .map((row) => row.session_id),
    );
  }

  async about(sessionId: string): Promise<TranscriptFacts | undefined> {
    const sql = "SELECT * FROM transcripts WHERE session_id = ?";
    return look(this.#db, () => {
      const row = this.#db.query<FactsRow, [string]>(sql).get(sessionId);
      if (row === null) return undefined;
      return {
        sessionId: row.session_id,
        sessionKey: row.session_key,
        agentId: row.agent_id,
        startedAt: row.started_at,
        lastSeq: row.last_seq,
        messages: row.messages,
      };
    });
  }

  async search(
    words: string,
    {
      agentId,
      keys,
      limit,
    }: { readonly agentId?: string; readonly keys?: readonly SessionKey[]; readonly limit: number },
  ): Promise<readonly TranscriptHit[]> {
    const match = matchOf(words);
    if (match === undefined) return [];
    return look(this.#db, () =>
      this.#db
        .query<HitRow, [Record<string, string | number | null>]>(SEARCH)
        .all({
          match,
          agentId: agentId ?? null,
          keys: keys === undefined ? null : JSON.stringify(keys),
          limit,
        })
        .map(hitOf),
    );
  }

  async trim(sessionId: string, seq: number): Promise<number> {
    const sql = `DELETE FROM transcript_events
      WHERE transcript = (SELECT id FROM transcripts WHERE session_id = ?) AND seq <= ?`;
    const count = `SELECT count(*) AS n FROM transcript_events
      WHERE transcript = (SELECT id FROM transcripts WHERE session_id = ?) AND seq <= ?`;
    return act(this.#db, () => {
      // The engine's own count of changes includes those of the search index.
      const gone = this.#db.query<{ n: number }, [string, number]>(count).get(sessionId, seq)?.n ?? 0;
      if (gone > 0) this.#db.query(sql).run(sessionId, seq);
      return gone;
    });
  }
}

function hitOf(row: HitRow): TranscriptHit {
  const { event } = storedOf(row);
  return {
    sessionKey: row.session_key,
    sessionId: row.session_id,
    seq: row.seq,
    eventId: event.id,
    at: timeOf(event),
    role: saidIn(event)?.role ?? "",
    score: row.score,
    snippet: row.snippet,
  };
}
