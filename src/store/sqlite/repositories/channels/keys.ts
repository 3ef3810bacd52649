import type { Database } from "bun:sqlite";
import type { Clock } from "../../../../lib/clock.ts";
import type {
  ChannelCreds,
  ChannelKeyRepository,
  KeptLink,
  KeyCommit,
  KeyOwner,
  StoredArrival,
} from "../../../channel-keys.ts";
import { act, look } from "../../act.ts";
import type { RepositoryDeps } from "../deps.ts";

interface CredsRow {
  readonly value: string;
  readonly created_at: number;
  readonly updated_at: number;
}

interface ArrivalRow {
  readonly arrival_key: string;
  readonly envelope: string;
  readonly payload: Uint8Array;
  readonly at: number;
  readonly taken_at: number | null;
}

const CREDS = "SELECT value, created_at, updated_at FROM channel_creds WHERE channel = ? AND account_id = ?";
const KEEP_CREDS = `INSERT INTO channel_creds (channel, account_id, value, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)
  ON CONFLICT (channel, account_id) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`;
const KEY = "SELECT value FROM channel_keys WHERE channel = ? AND account_id = ? AND type = ? AND key_id = ?";
const KEEP_KEY = `INSERT INTO channel_keys (channel, account_id, type, key_id, value) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (channel, account_id, type, key_id) DO UPDATE SET value = excluded.value`;
const FORGET_KEY =
  "DELETE FROM channel_keys WHERE channel = ? AND account_id = ? AND type = ? AND key_id = ?";
const KEEP_ARRIVAL = `INSERT INTO channel_arrivals (channel, account_id, arrival_key, envelope, payload, at)
  VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (channel, account_id, arrival_key) DO NOTHING`;
const ARRIVAL = `SELECT arrival_key, envelope, payload, at, taken_at FROM channel_arrivals
  WHERE channel = ? AND account_id = ? AND arrival_key = ?`;
const ARRIVALS = `SELECT arrival_key, envelope, payload, at, taken_at FROM channel_arrivals
  WHERE channel = ? AND account_id = ? AND taken_at IS NULL ORDER BY id`;
const TAKEN = `UPDATE channel_arrivals
  SET taken_at = $now, payload = CASE WHEN $keep THEN payload ELSE x'' END, envelope = CASE WHEN $keep THEN envelope ELSE '' END
  WHERE channel = $channel AND account_id = $accountId AND arrival_key = $key AND taken_at IS NULL`;
const PRUNE = "DELETE FROM channel_arrivals WHERE channel = ? AND account_id = ? AND taken_at < ?";
const OWNERS = "SELECT account_id FROM channel_creds WHERE channel = ? ORDER BY account_id";

/** Keys of linked accounts in three tables. */
export class SqliteChannelKeyRepository implements ChannelKeyRepository {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor({ db, clock }: RepositoryDeps) {
    this.#db = db;
    this.#clock = clock;
  }

  async creds({ channel, accountId }: KeyOwner): Promise<ChannelCreds | undefined> {
    const row = await look(this.#db, () =>
      this.#db.query<CredsRow, [string, string]>(CREDS).get(channel, accountId),
    );
    return row === null
      ? undefined
      : { value: row.value, createdAt: row.created_at, updatedAt: row.updated_at };
  }

  async keys(
    { channel, accountId }: KeyOwner,
    type: string,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, string>> {
    return look(this.#db, () => {
      const query = this.#db.query<{ readonly value: string }, [string, string, string, string]>(KEY);
      const found = new Map<string, string>();
      for (const id of ids) {
        const row = query.get(channel, accountId, type, id);
        if (row !== null) found.set(id, row.value);
      }
      return found;
    });
  }

  async commit(owner: KeyOwner, { creds, keys = [], arrivals = [] }: KeyCommit): Promise<void> {
    const { channel, accountId } = owner;
    const write = () => {
      const now = this.#clock.now();
      if (creds !== undefined) this.#db.query(KEEP_CREDS).run(channel, accountId, creds, now);
      for (const { type, id, value } of keys) {
        if (value === null) this.#db.query(FORGET_KEY).run(channel, accountId, type, id);
        else this.#db.query(KEEP_KEY).run(channel, accountId, type, id, value);
      }
      const arrive = this.#db.query(KEEP_ARRIVAL);
      for (const { key, envelope, payload } of arrivals) {
        arrive.run(channel, accountId, key, envelope, payload, now);
      }
    };
    const isTold = creds !== undefined || arrivals.length > 0;
    await act(this.#db, write, isTold ? "power" : "process");
  }

  async replace(
    owner: KeyOwner,
    { creds, keys = [], since }: KeptLink,
    { onlyNew = false }: { readonly onlyNew?: boolean } = {},
  ): Promise<boolean> {
    const { channel, accountId } = owner;
    const write = () => {
      if (onlyNew && this.#db.query(CREDS).get(channel, accountId) !== null) return false;
      this.#forget(owner);
      if (creds !== undefined) {
        this.#db.query(KEEP_CREDS).run(channel, accountId, creds, since ?? this.#clock.now());
      }
      for (const { type, id, value } of keys) {
        if (value !== null) this.#db.query(KEEP_KEY).run(channel, accountId, type, id, value);
      }
      return true;
    };
    return act(this.#db, write, "power");
  }

  async arrival({ channel, accountId }: KeyOwner, key: string): Promise<StoredArrival | undefined> {
    const row = await look(this.#db, () =>
      this.#db.query<ArrivalRow, [string, string, string]>(ARRIVAL).get(channel, accountId, key),
    );
    return row === null ? undefined : arrivalOf(row);
  }

  async arrivals({ channel, accountId }: KeyOwner): Promise<readonly StoredArrival[]> {
    return look(this.#db, () =>
      this.#db.query<ArrivalRow, [string, string]>(ARRIVALS).all(channel, accountId).map(arrivalOf),
    );
  }

  async taken({ channel, accountId }: KeyOwner, key: string, keep = false): Promise<void> {
    const now = this.#clock.now();
    await act(this.#db, () =>
      this.#db.query(TAKEN).run({ channel, accountId, key, now, keep: keep ? 1 : 0 }),
    );
  }

  async prune({ channel, accountId }: KeyOwner, before: number): Promise<number> {
    return act(this.#db, () => this.#db.query(PRUNE).run(channel, accountId, before).changes);
  }

  async owners(channel: string): Promise<readonly KeyOwner[]> {
    return look(this.#db, () =>
      this.#db
        .query<{ readonly account_id: string }, [string]>(OWNERS)
        .all(channel)
        .map(({ account_id }) => ({ channel, accountId: account_id })),
    );
  }

  async clear(owner: KeyOwner): Promise<boolean> {
    return act(this.#db, () => this.#forget(owner) > 0, "power");
  }

  /** Forgets all of an account, within an act. */
  #forget({ channel, accountId }: KeyOwner): number {
    return ["channel_creds", "channel_keys", "channel_arrivals"].reduce(
      (gone, table) =>
        gone +
        this.#db.query(`DELETE FROM ${table} WHERE channel = ? AND account_id = ?`).run(channel, accountId)
          .changes,
      0,
    );
  }
}

function arrivalOf({ arrival_key, envelope, payload, at, taken_at }: ArrivalRow): StoredArrival {
  return { key: arrival_key, envelope, payload, at, isTaken: taken_at !== null };
}
