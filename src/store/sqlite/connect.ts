import { Database } from "bun:sqlite";
import { chmodSync, closeSync, mkdirSync, openSync, lstatSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { BUSY_TIMEOUT_MS, JOURNAL_KEEP_BYTES, PAGE_CACHE_KIB, STATEMENT_CACHE_ENTRIES } from "../limits.ts";
import { storeError } from "./errors.ts";
import { refuseForeign } from "./identity.ts";

/** An open file, and how it was found. */
export interface Connection {
  readonly db: Database;
  /** The last process that used the file did not close it: its journal still held something. */
  readonly killed: boolean;
}

/** Opens the file at `path`, making it (0600) and its folder (0700) when missing. @throws StoreError `foreign` too */
export function connect(path: string): Connection {
  let db: Database | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    makePrivate(path);
    const killed = sizeOf(`${path}-wal`) > 0;
    Database.MAX_QUERY_CACHE_SIZE = STATEMENT_CACHE_ENTRIES;
    db = new Database(path, { readwrite: true, create: true, strict: true });
    // Busy first: the next reads may already meet a lock.
    db.run(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    refuseForeign(db);
    db.run("PRAGMA journal_mode = WAL");
    // NORMAL never damages the file and loses nothing to a killed process; a power cut may take the last commits.
    // Acts that are acknowledged to someone outside ask for more: see `Durability` in act.ts.
    db.run("PRAGMA synchronous = NORMAL");
    db.run("PRAGMA foreign_keys = ON");
    db.run(`PRAGMA cache_size = -${PAGE_CACHE_KIB}`);
    // A mapped file counts as resident memory and turns a read fault into a signal.
    db.run("PRAGMA mmap_size = 0");
    db.run(`PRAGMA journal_size_limit = ${JOURNAL_KEEP_BYTES}`);
    // Refuses functions and writes smuggled in through the schema of a tampered file.
    db.run("PRAGMA trusted_schema = OFF");
    return { db, killed };
  } catch (error) {
    db?.close();
    throw storeError(error, path);
  }
}

/** Empties the journal into the file, so that the next start can tell a clean stop from a crash, and closes. */
export function disconnect(db: Database): void {
  try {
    db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch {
    // A full or read-only disk keeps the journal; the next open reads it.
  } finally {
    db.close();
  }
}

/** The size of a file in bytes; 0 when there is none. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Made here rather than by SQLite, so that the file, and the journals that inherit its mode, are private from the first byte. */
function makePrivate(path: string): void {
  closeSync(openSync(path, "a", 0o600));
  const stat = lstatSync(path);
  // What a link leads to is its owner's to open and close.
  if (stat.isFile() && (stat.mode & 0o777) !== 0o600) chmodSync(path, 0o600);
}
