import type { Database } from "bun:sqlite";
import type { Clock } from "../../../lib/clock.ts";
import type { SessionKey } from "../../../protocol/index.ts";
import type {
  SessionEntry,
  SessionEntryPatch,
  SessionQuery,
  SessionRecord,
  SessionRepository,
} from "../../sessions.ts";
import { act, look } from "../act.ts";
import type { RepositoryDeps } from "./deps.ts";
import { addSession, rewrite } from "./session-writes.ts";
import { patched, recordOf, type SessionRow } from "./session-rows.ts";
import { beginTranscript } from "./transcript-writes.ts";

const READ = "SELECT * FROM sessions WHERE key = ?";
const BY_TRANSCRIPT = `SELECT s.* FROM transcripts t JOIN sessions s ON s.key = t.session_key WHERE t.session_id = ?`;

const FILTER = `($agentId IS NULL OR agent_id = $agentId) AND ($archived IS NULL OR archived = $archived)
  AND updated_at >= $since AND substr(key, 1, length($prefix)) = $prefix`;
// Kept apart: the words are in the wide row, which every other filter leaves alone.
const SEARCH = `${FILTER} AND instr(words, $search) > 0`;
const ORDER = {
  updated: "updated_at DESC, id DESC",
  created: "created_at DESC, id DESC",
  key: "key",
} as const;
const COUNT = "SELECT count(*) AS n FROM sessions WHERE ?1 IS NULL OR agent_id = ?1";

type Filters = Record<"agentId" | "archived" | "since" | "prefix" | "search", string | number | null>;

/** Conversations, one row each; the entry is JSON beside the columns that lists need. */
export class SqliteSessionRepository implements SessionRepository {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor({ db, clock }: RepositoryDeps) {
    this.#db = db;
    this.#clock = clock;
  }

  async get(key: SessionKey): Promise<SessionRecord | undefined> {
    return look(this.#db, () => {
      const row = this.#read(key);
      return row === null ? undefined : recordOf(row);
    });
  }

  async bySessionId(sessionId: string): Promise<SessionRecord | undefined> {
    return look(this.#db, () => {
      const row = this.#db.query<SessionRow, [string]>(BY_TRANSCRIPT).get(sessionId);
      return row === null ? undefined : recordOf(row);
    });
  }

  async list(query: SessionQuery): Promise<{ rows: readonly SessionRecord[]; total: number }> {
    const search = query.search?.trim().toLowerCase() ?? "";
    const where = search === "" ? FILTER : SEARCH;
    const filters = {
      agentId: query.agentId ?? null,
      archived: query.archived === undefined ? null : Number(query.archived),
      since: query.activeSince ?? 0,
      prefix: query.keyPrefix ?? "",
      search,
    };
    const order = ORDER[query.sortBy ?? "updated"];
    const page = { limit: query.limit ?? -1, offset: query.offset ?? 0 };
    return look(this.#db, () => {
      const rows = this.#db
        .query<SessionRow, [Filters & typeof page]>(
          `SELECT * FROM sessions WHERE ${where} ORDER BY ${order} LIMIT $limit OFFSET $offset`,
        )
        .all({ ...filters, ...page });
      const total = this.#db
        .query<{ n: number }, [Filters]>(`SELECT count(*) AS n FROM sessions WHERE ${where}`)
        .get(filters);
      return { rows: rows.map(recordOf), total: total?.n ?? 0 };
    });
  }

  async count(agentId?: string): Promise<number> {
    return look(
      this.#db,
      () => this.#db.query<{ n: number }, [string | null]>(COUNT).get(agentId ?? null)?.n ?? 0,
    );
  }

  async open(
    key: SessionKey,
    fresh: { readonly agentId: string; readonly sessionId: string; readonly entry: SessionEntry },
  ): Promise<{ readonly record: SessionRecord; readonly created: boolean }> {
    return act(this.#db, () => {
      const row = this.#read(key);
      if (row !== null) return { record: recordOf(row), created: false };
      const now = this.#clock.now();
      const { agentId, sessionId } = fresh;
      const entry = patched(fresh.entry, {});
      const record = { key, agentId, sessionId, createdAt: now, updatedAt: now, entry };
      beginTranscript(this.#db, { sessionId, key, agentId, startedAt: now });
      addSession(this.#db, record);
      return { record, created: true };
    });
  }

  async patch(
    key: SessionKey,
    patch: SessionEntryPatch,
    expectedSessionId?: string,
  ): Promise<SessionRecord | undefined> {
    return act(this.#db, () => {
      const row = this.#read(key);
      if (row === null) return undefined;
      if (expectedSessionId !== undefined && row.session_id !== expectedSessionId) return undefined;
      return rewrite(this.#db, row, patch, this.#clock.now());
    });
  }

  async renew(
    key: SessionKey,
    sessionId: string,
    patch: SessionEntryPatch,
  ): Promise<SessionRecord | undefined> {
    return act(this.#db, () => {
      const row = this.#read(key);
      if (row === null) return undefined;
      const now = this.#clock.now();
      beginTranscript(this.#db, { sessionId, key, agentId: row.agent_id, startedAt: now });
      return rewrite(this.#db, { ...row, session_id: sessionId }, patch, now);
    });
  }

  async remove(key: SessionKey, { transcripts }: { readonly transcripts: boolean }): Promise<boolean> {
    return act(this.#db, () => {
      const { changes } = this.#db.query("DELETE FROM sessions WHERE key = ?").run(key);
      if (transcripts) this.#db.query("DELETE FROM transcripts WHERE session_key = ?").run(key);
      return changes > 0;
    });
  }

  #read(key: SessionKey): SessionRow | null {
    return this.#db.query<SessionRow, [string]>(READ).get(key);
  }
}
