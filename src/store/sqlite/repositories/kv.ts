import type { Database } from "bun:sqlite";
import type { Clock } from "../../../lib/clock.ts";
import type { KvKey, KvRepository } from "../../kv.ts";
import { KV_VALUE_MAX_BYTES } from "../../limits.ts";
import { act, look } from "../act.ts";
import type { RepositoryDeps } from "./deps.ts";

interface Row {
  readonly value: string;
}

const READ = "SELECT value FROM kv WHERE name = ?";
const WRITE = `INSERT INTO kv (name, value, updated_at) VALUES (?, ?, ?)
  ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`;
const WRITE_ONCE = "INSERT INTO kv (name, value, updated_at) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING";

/** Small state in one table. */
export class SqliteKvRepository implements KvRepository {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor({ db, clock }: RepositoryDeps) {
    this.#db = db;
    this.#clock = clock;
  }

  async get<T>(key: KvKey<T>): Promise<T | undefined> {
    const row = await look(this.#db, () => this.#read(key.name));
    return row === null ? undefined : key.parse(JSON.parse(row.value));
  }

  async set<T>(key: KvKey<T>, value: T): Promise<void> {
    const json = encode(key.name, value);
    await act(this.#db, () => this.#db.query(WRITE).run(key.name, json, this.#clock.now()));
  }

  async setOnce<T>(key: KvKey<T>, value: T): Promise<T> {
    const json = encode(key.name, value);
    const once = () => {
      this.#db.query(WRITE_ONCE).run(key.name, json, this.#clock.now());
      return this.#read(key.name)?.value ?? json;
    };
    // What is made once is an identity or a secret, soon known to others: it must not be made again.
    const stored = await act(this.#db, once, "power");
    return key.parse(JSON.parse(stored));
  }

  async delete(key: KvKey<unknown>): Promise<boolean> {
    return act(this.#db, () => this.#db.query("DELETE FROM kv WHERE name = ?").run(key.name).changes > 0);
  }

  #read(name: string): Row | null {
    return this.#db.query<Row, [string]>(READ).get(name);
  }
}

function encode(name: string, value: unknown): string {
  const json = JSON.stringify(value);
  if (json === undefined) throw new TypeError(`${name}: the value has no JSON form`);
  if (Buffer.byteLength(json) > KV_VALUE_MAX_BYTES) {
    throw new RangeError(`${name}: the value is larger than ${KV_VALUE_MAX_BYTES} bytes`);
  }
  return json;
}
