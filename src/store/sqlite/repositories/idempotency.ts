import type { Database } from "bun:sqlite";
import type { Clock } from "../../../lib/clock.ts";
import type { Claim, IdempotencyRepository, Outcome } from "../../idempotency.ts";
import { IDEMPOTENCY_MAX_ENTRIES, IDEMPOTENCY_TTL_MS } from "../../limits.ts";
import { act, look } from "../act.ts";
import type { RepositoryDeps } from "./deps.ts";

interface Row {
  readonly touched_at: number;
  readonly expires_at: number;
  readonly outcome: string | null;
}

const READ = "SELECT touched_at, expires_at, outcome FROM idempotency WHERE method = ? AND key = ?";
const CLAIM = "INSERT INTO idempotency (method, key, touched_at, expires_at) VALUES (?, ?, ?, ?)";
const SETTLE = `UPDATE idempotency SET
    touched_at = $now, expires_at = $now + expires_at - touched_at, outcome = $outcome
  WHERE method = $method AND key = $key`;
const SETTLE_UNCLAIMED =
  "INSERT INTO idempotency (method, key, touched_at, expires_at, outcome) VALUES (?, ?, ?, ?, ?)";
const EVICT = "DELETE FROM idempotency WHERE id <= ?";

/** Answered requests in one table, trimmed at every claim. */
export class SqliteIdempotencyRepository implements IdempotencyRepository {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor({ db, clock }: RepositoryDeps) {
    this.#db = db;
    this.#clock = clock;
  }

  async claim(method: string, key: string, ttlMs: number = IDEMPOTENCY_TTL_MS): Promise<Claim> {
    return act(this.#db, () => {
      const now = this.#clock.now();
      this.#db.query("DELETE FROM idempotency WHERE expires_at <= ?").run(now);
      const row = this.#read(method, key);
      if (row !== null) return found(row);
      const { lastInsertRowid } = this.#db.query(CLAIM).run(method, key, now, now + ttlMs);
      this.#db.query(EVICT).run(Number(lastInsertRowid) - IDEMPOTENCY_MAX_ENTRIES);
      return { state: "new" };
    });
  }

  async settle(method: string, key: string, outcome: Outcome): Promise<void> {
    const json = JSON.stringify(outcome);
    await act(this.#db, () => {
      const now = this.#clock.now();
      if (this.#db.query(SETTLE).run({ now, outcome: json, method, key }).changes > 0) return;
      // The claim was evicted meanwhile: the outcome is worth keeping all the same.
      this.#db.query(SETTLE_UNCLAIMED).run(method, key, now, now + IDEMPOTENCY_TTL_MS, json);
    });
  }

  async release(method: string, key: string): Promise<void> {
    const sql = "DELETE FROM idempotency WHERE method = ? AND key = ? AND outcome IS NULL";
    await act(this.#db, () => this.#db.query(sql).run(method, key));
  }

  async lookup(method: string, key: string): Promise<Exclude<Claim, { state: "new" }> | undefined> {
    return look(this.#db, () => {
      const row = this.#read(method, key);
      return row === null || row.expires_at <= this.#clock.now() ? undefined : found(row);
    });
  }

  #read(method: string, key: string): Row | null {
    return this.#db.query<Row, [string, string]>(READ).get(method, key);
  }
}

function found(row: Row): Exclude<Claim, { state: "new" }> {
  if (row.outcome === null) return { state: "pending", since: row.touched_at };
  return { state: "settled", outcome: readOutcome(JSON.parse(row.outcome)) };
}

/** An outcome as `settle` wrote it. Throws when it is none, which the store reports. */
function readOutcome(value: unknown): Outcome {
  if (typeof value === "object" && value !== null && "ok" in value) {
    if (value.ok === true) return { ok: true, payload: "payload" in value ? value.payload : undefined };
    if (value.ok === false) return { ok: false, error: "error" in value ? value.error : undefined };
  }
  throw new TypeError("a stored outcome cannot be read");
}
