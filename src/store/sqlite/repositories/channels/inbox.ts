import type { Database } from "bun:sqlite";
import type { Clock } from "../../../../lib/clock.ts";
import type { RunId } from "../../../../protocol/index.ts";
import type { ArrivedEvent, InboxCursor, InboxQuery, InboxRepository, InboxRow } from "../../../inbox.ts";
import { QUEUE_LIST_ROWS } from "../../../limits.ts";
import type { NewDelivery, OutboxRow } from "../../../outbox.ts";
import { act, look } from "../../act.ts";
import type { RepositoryDeps } from "../deps.ts";
import { eventOf, inboxStateOf, type StoredEvent } from "./inbox-rows.ts";
import { putDelivery } from "./outbox-writes.ts";
import { conditions, forgetEnded, type Retained, tally } from "./retention.ts";

const RETAINED: Retained = {
  table: "inbox",
  endedAt: "settled_at",
  begunAt: "accepted_at",
  ended: ["done", "dead"],
};

const ACCEPT = `INSERT INTO inbox (channel, identity, account_id, event_key, lane, event, state, accepted_at)
  VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?) ON CONFLICT (channel, identity, event_key) DO NOTHING RETURNING *`;
const KEEP_CURSOR = `INSERT INTO inbox_cursors (channel, identity, value) VALUES (?, ?, ?)
  ON CONFLICT (channel, identity) DO UPDATE SET value = excluded.value`;
const CURSOR = "SELECT value FROM inbox_cursors WHERE channel = ? AND identity = ?";
const READ = "SELECT * FROM inbox WHERE id = ?";
const BEGIN = `UPDATE inbox SET attempts = attempts + 1, run_id = ? WHERE id = ? AND state = 'waiting' RETURNING *`;
const KEEP_DRAFT = "UPDATE inbox SET draft = ? WHERE id = ? AND state = 'waiting'";
// What was said is in the transcript now; the row stays as the proof that it was taken.
const SETTLE = `UPDATE inbox SET state = 'done', event = NULL, draft = NULL, last_error = NULL, disposition = ?, settled_at = ?
  WHERE id = ? AND state = 'waiting'`;
const POSTPONE = `UPDATE inbox SET
    attempts = max(0, attempts - $uncounted), not_before = $notBefore, last_error = $error
  WHERE id = $id AND state = 'waiting'`;
const BURY = `UPDATE inbox SET state = 'dead', last_error = ?, settled_at = ? WHERE id = ? AND state = 'waiting'`;
const RETRY = `UPDATE inbox SET state = 'waiting', attempts = 0, not_before = 0, settled_at = NULL
  WHERE id = ? AND state = 'dead'`;
const DROP = `UPDATE inbox SET state = 'done', event = NULL, draft = NULL, disposition = 'dropped', settled_at = ?
  WHERE id = ? AND state IN ('waiting', 'dead')`;

/** What came in, in one table; what waits in a small index of its own. */
export class SqliteInboxRepository implements InboxRepository {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor({ db, clock }: RepositoryDeps) {
    this.#db = db;
    this.#clock = clock;
  }

  async accept(
    events: readonly ArrivedEvent[],
    cursor?: InboxCursor,
    { isDurable = false }: { readonly isDurable?: boolean } = {},
  ): Promise<readonly InboxRow[]> {
    const take = () => {
      const insert = this.#db.query<StoredEvent, (string | number)[]>(ACCEPT);
      const now = this.#clock.now();
      const taken = events.flatMap(({ channel, identity, accountId, eventKey, lane, event }) => {
        const json = JSON.stringify(event) ?? "null";
        return insert.all(channel, identity, accountId, eventKey, lane, json, now);
      });
      if (cursor !== undefined) {
        this.#db.query(KEEP_CURSOR).run(cursor.channel, cursor.identity, cursor.value);
      }
      return taken.map(eventOf);
    };
    return act(this.#db, take, isDurable ? "process" : "power");
  }

  async cursor(channel: string, identity: string): Promise<string | undefined> {
    return look(
      this.#db,
      () => this.#db.query<{ value: string }, [string, string]>(CURSOR).get(channel, identity)?.value,
    );
  }

  async waiting(query: Omit<InboxQuery, "states"> = {}): Promise<readonly InboxRow[]> {
    const { sql, values } = conditions(query);
    const also = sql.replace("WHERE", "AND");
    const read = `SELECT * FROM inbox WHERE state = 'waiting' ${also} ORDER BY id LIMIT ?`;
    return this.#read(read, ...values, query.limit ?? -1);
  }

  async begin(ids: readonly number[], runId: RunId): Promise<readonly InboxRow[]> {
    return act(this.#db, () => {
      const query = this.#db.query<StoredEvent, [RunId, number]>(BEGIN);
      return ids.flatMap((id) => query.all(runId, id)).map(eventOf);
    });
  }

  async keepDraft(id: number, draft: unknown): Promise<void> {
    const json = JSON.stringify(draft) ?? null;
    await act(this.#db, () => this.#db.query(KEEP_DRAFT).run(json, id));
  }

  async settle(
    ids: readonly number[],
    disposition: string,
    replies: readonly NewDelivery[],
  ): Promise<readonly OutboxRow[]> {
    const settle = () => {
      const now = this.#clock.now();
      const query = this.#db.query(SETTLE);
      let settled = 0;
      for (const id of ids) settled += query.run(disposition, now, id).changes;
      return settled === 0 ? [] : replies.map((reply) => putDelivery(this.#db, now, reply).row);
    };
    return act(this.#db, settle, replies.length > 0 ? "power" : "process");
  }

  async postpone(
    ids: readonly number[],
    why: { readonly error: string; readonly notBefore: number; readonly uncounted?: boolean },
  ): Promise<void> {
    const { error, notBefore } = why;
    const uncounted = why.uncounted === true ? 1 : 0;
    await act(this.#db, () => {
      const query = this.#db.query(POSTPONE);
      for (const id of ids) query.run({ id, error, notBefore, uncounted });
    });
  }

  async bury(ids: readonly number[], error: string): Promise<void> {
    await act(this.#db, () => {
      const query = this.#db.query(BURY);
      for (const id of ids) query.run(error, this.#clock.now(), id);
    });
  }

  async retry(id: number): Promise<boolean> {
    return act(this.#db, () => this.#db.query(RETRY).run(id).changes > 0);
  }

  async drop(id: number): Promise<boolean> {
    return act(this.#db, () => this.#db.query(DROP).run(this.#clock.now(), id).changes > 0);
  }

  async get(id: number): Promise<InboxRow | undefined> {
    return (await this.#read(READ, id))[0];
  }

  async list(query: InboxQuery): Promise<readonly InboxRow[]> {
    const { sql, values } = conditions(query);
    // The newest, in order.
    const read = `SELECT * FROM (SELECT * FROM inbox ${sql} ORDER BY id DESC LIMIT ?) ORDER BY id`;
    return this.#read(read, ...values, query.limit ?? QUEUE_LIST_ROWS);
  }

  async counts(): ReturnType<InboxRepository["counts"]> {
    return look(this.#db, () =>
      tally(this.#db, RETAINED).map(({ channel, account_id, state, count, oldest_at }) => ({
        channel,
        accountId: account_id,
        state: inboxStateOf(state),
        count,
        oldestAt: oldest_at,
      })),
    );
  }

  async prune(): Promise<number> {
    return act(this.#db, () => forgetEnded(this.#db, this.#clock.now(), RETAINED));
  }

  async #read(sql: string, ...values: readonly (string | number)[]): Promise<readonly InboxRow[]> {
    return look(this.#db, () =>
      this.#db
        .query<StoredEvent, (string | number)[]>(sql)
        .all(...values)
        .map(eventOf),
    );
  }
}
