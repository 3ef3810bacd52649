import type { Database } from "bun:sqlite";
import type { Clock } from "../../../../lib/clock.ts";
import { QUEUE_LIST_ROWS } from "../../../limits.ts";
import type { NewDelivery, OutboxQuery, OutboxRepository, OutboxRow } from "../../../outbox.ts";
import { act, look } from "../../act.ts";
import type { RepositoryDeps } from "../deps.ts";
import { deliveryOf, deliveryStateOf, type StoredDelivery } from "./outbox-rows.ts";
import { findDelivery, putDelivery } from "./outbox-writes.ts";
import { conditions, forgetEnded, type Retained, tally } from "./retention.ts";

const RETAINED: Retained = {
  table: "outbox",
  endedAt: "updated_at",
  begunAt: "created_at",
  ended: ["sent", "unknown", "dead", "dropped"],
};

const READ = "SELECT * FROM outbox WHERE id = ?";
const OPEN = "SELECT * FROM outbox WHERE state IN ('queued', 'sending') ORDER BY id";
const BEGIN = `UPDATE outbox SET state = 'sending', attempts = attempts + 1, updated_at = ?
  WHERE id = ? AND state = 'queued' RETURNING *`;
// Parts of a row that is over would keep what was said, and its files, for nothing.
const ARRIVED = `UPDATE outbox SET
    receipts = json_insert(receipts, '$[#]', json($receipt)), attempts = 0, not_before = 0, last_error = NULL,
    state = iif(json_array_length(receipts) + 1 >= part_count, 'sent', 'queued'),
    parts = iif(json_array_length(receipts) + 1 >= part_count, '[]', parts), updated_at = $now
  WHERE id = $id AND state = 'sending' RETURNING *`;
const POSTPONE = `UPDATE outbox SET
    attempts = iif($uncounted AND state = 'sending', max(0, attempts - 1), attempts),
    state = 'queued', not_before = $notBefore, last_error = $error, updated_at = $now
  WHERE id = $id AND state IN ('queued', 'sending')`;
const END = `UPDATE outbox SET state = ?, last_error = ?, updated_at = ?
  WHERE id = ? AND state IN ('queued', 'sending') RETURNING *`;
const RETRY = `UPDATE outbox SET state = 'queued', attempts = 0, not_before = 0, updated_at = ?
  WHERE id = ? AND state IN ('unknown', 'dead')`;
const DROP = `UPDATE outbox SET state = 'dropped', parts = '[]', updated_at = ?
  WHERE id = ? AND state IN ('queued', 'unknown', 'dead')`;

// Told by the heads of the rows: the files in them are not read.
const HELD = `SELECT coalesce(sum(octet_length(parts)), 0) AS bytes FROM outbox
  WHERE state IN ('queued', 'sending', 'unknown', 'dead')`;

/** What goes out, in one table; what is open in a small index of its own. */
export class SqliteOutboxRepository implements OutboxRepository {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor({ db, clock }: RepositoryDeps) {
    this.#db = db;
    this.#clock = clock;
  }

  async put(
    deliveries: readonly NewDelivery[],
  ): Promise<readonly { readonly row: OutboxRow; readonly isNew: boolean }[]> {
    const db = this.#db;
    const now = this.#clock.now();
    return act(db, () => deliveries.map((delivery) => putDelivery(db, now, delivery)), "power");
  }

  async begin(id: number): Promise<OutboxRow | undefined> {
    const begin = () =>
      rowOf(this.#db.query<StoredDelivery, [number, number]>(BEGIN).get(this.#clock.now(), id));
    return act(this.#db, begin, "power");
  }

  async arrived(id: number, receipt: unknown): Promise<OutboxRow | undefined> {
    const values = { id, receipt: JSON.stringify(receipt) ?? "null", now: this.#clock.now() };
    return act(this.#db, () =>
      rowOf(this.#db.query<StoredDelivery, Record<string, string | number>[]>(ARRIVED).get(values)),
    );
  }

  async postpone(
    id: number,
    why: { readonly error: string; readonly notBefore: number; readonly uncounted?: boolean },
  ): Promise<void> {
    const { error, notBefore } = why;
    const uncounted = why.uncounted === true ? 1 : 0;
    const now = this.#clock.now();
    await act(this.#db, () => this.#db.query(POSTPONE).run({ id, error, notBefore, uncounted, now }));
  }

  async end(
    id: number,
    state: "unknown" | "dead",
    error: string,
    notice?: NewDelivery,
  ): Promise<{ readonly row: OutboxRow; readonly notice?: OutboxRow } | undefined> {
    return act(this.#db, () => {
      const query = this.#db.query<StoredDelivery, [string, string, number, number]>(END);
      const now = this.#clock.now();
      const row = rowOf(query.get(state, error, now, id));
      if (row === undefined) return undefined;
      return notice === undefined ? { row } : { row, notice: putDelivery(this.#db, now, notice).row };
    });
  }

  async retry(id: number): Promise<boolean> {
    return act(this.#db, () => this.#db.query(RETRY).run(this.#clock.now(), id).changes > 0);
  }

  async drop(id: number): Promise<boolean> {
    return act(this.#db, () => this.#db.query(DROP).run(this.#clock.now(), id).changes > 0);
  }

  async get(id: number): Promise<OutboxRow | undefined> {
    return look(this.#db, () => rowOf(this.#db.query<StoredDelivery, [number]>(READ).get(id)));
  }

  async find(scope: string, key: string): Promise<OutboxRow | undefined> {
    return look(this.#db, () => findDelivery(this.#db, scope, key));
  }

  async open(): Promise<readonly OutboxRow[]> {
    return look(this.#db, () => this.#db.query<StoredDelivery, []>(OPEN).all().map(deliveryOf));
  }

  async list(query: OutboxQuery): Promise<readonly OutboxRow[]> {
    const { sql, values } = conditions(query);
    // The newest, in order.
    const read = `SELECT * FROM (SELECT * FROM outbox ${sql} ORDER BY id DESC LIMIT ?) ORDER BY id`;
    const limit = query.limit ?? QUEUE_LIST_ROWS;
    return look(this.#db, () =>
      this.#db
        .query<StoredDelivery, (string | number)[]>(read)
        .all(...values, limit)
        .map(deliveryOf),
    );
  }

  async counts(): ReturnType<OutboxRepository["counts"]> {
    return look(this.#db, () =>
      tally(this.#db, RETAINED).map(({ channel, account_id, state, count, oldest_at }) => ({
        channel,
        accountId: account_id,
        state: deliveryStateOf(state),
        count,
        oldestAt: oldest_at,
      })),
    );
  }

  async heldBytes(): Promise<number> {
    return look(this.#db, () => this.#db.query<{ bytes: number }, []>(HELD).get()?.bytes ?? 0);
  }

  async prune(): Promise<number> {
    return act(this.#db, () => forgetEnded(this.#db, this.#clock.now(), RETAINED));
  }
}

function rowOf(row: StoredDelivery | null): OutboxRow | undefined {
  return row === null ? undefined : deliveryOf(row);
}
