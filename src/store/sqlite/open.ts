import { Database } from "bun:sqlite";
import { chmodSync, closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import { BUSY_TIMEOUT_MS, JOURNAL_KEEP_BYTES, PAGE_CACHE_KIB, STATEMENT_CACHE_ENTRIES } from "../limits.ts";
import type { Store } from "../interfaces.ts";
import { storeError } from "./errors.ts";
import { migrate, refuseNewer } from "./migrate.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import { sqliteStore } from "./store.ts";

/** What a store is opened with. */
export interface OpenStoreOptions {
  /** The database file; its folder is made when missing. */
  readonly path: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Opens (or makes) the store at `path` and brings its schema up to date. @throws StoreError */
export async function openStore({ path, clock }: OpenStoreOptions): Promise<Store> {
  const db = connect(path);
  try {
    refuseNewer(db, MIGRATIONS);
    migrate(db, MIGRATIONS);
  } catch (error) {
    db.close();
    throw storeError(error, path);
  }
  return sqliteStore({ db, clock }, {});
}

function connect(path: string): Database {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // Made here rather than by SQLite, so that the file and its journals are private from the first byte.
    closeSync(openSync(path, "a", 0o600));
    chmodSync(path, 0o600);
    Database.MAX_QUERY_CACHE_SIZE = STATEMENT_CACHE_ENTRIES;
    const db = new Database(path, { readwrite: true, create: true, strict: true });
    db.run(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    db.run("PRAGMA journal_mode = WAL");
    db.run("PRAGMA synchronous = NORMAL");
    db.run("PRAGMA foreign_keys = ON");
    db.run(`PRAGMA cache_size = -${PAGE_CACHE_KIB}`);
    db.run("PRAGMA mmap_size = 0");
    db.run(`PRAGMA journal_size_limit = ${JOURNAL_KEEP_BYTES}`);
    return db;
  } catch (error) {
    throw storeError(error, path);
  }
}
