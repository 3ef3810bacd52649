import type { Database } from "bun:sqlite";
import { StoreError } from "../errors.ts";
import { BUSY_AGAIN_TIMEOUT_MS, BUSY_TIMEOUT_MS } from "../limits.ts";
import { storeError } from "./errors.ts";

/**
 * What a finished write has survived. `process`: the death of this process, at any instant. `power`: also a power cut,
 * at the price of one flush to disk; for acts after which someone outside is told "received" or "sent".
 */
export type Durability = "process" | "power";

/** Runs reads (no transaction of its own: one statement sees one state). @throws StoreError */
export async function look<T>(db: Database, read: () => T): Promise<T> {
  try {
    return read();
  } catch (error) {
    throw storeError(error, db.filename);
  }
}

/** Runs `write` in one transaction, all or nothing, without yielding. @throws StoreError */
export async function act<T>(db: Database, write: () => T, durability: Durability = "process"): Promise<T> {
  return actNow(db, write, durability);
}

/** {@link act} for the engine's own synchronous steps. @throws StoreError */
export function actNow<T>(db: Database, write: () => T, durability: Durability = "process"): T {
  let begun = false;
  let flushing = false;
  try {
    if (db.inTransaction)
      throw new StoreError("failed", "An act of the store cannot be part of another act.");
    if (durability === "power") {
      db.run("PRAGMA synchronous = FULL");
      flushing = true;
    }
    begin(db);
    begun = true;
    const result = write();
    db.query("COMMIT").run();
    return result;
  } catch (error) {
    // A full disk may have rolled back by itself already.
    if (begun && db.inTransaction) db.query("ROLLBACK").run();
    throw storeError(error, db.filename);
  } finally {
    if (flushing) db.run("PRAGMA synchronous = NORMAL");
  }
}

/** Waits for another process's lock once; while that one stays, everybody after the first hardly waits. */
function begin(db: Database): void {
  try {
    db.query("BEGIN IMMEDIATE").run();
  } catch (error) {
    if (storeError(error, db.filename).code === "busy") setPatience(db, BUSY_AGAIN_TIMEOUT_MS);
    throw error;
  }
  if (patienceOf(db) === BUSY_AGAIN_TIMEOUT_MS) setPatience(db, BUSY_TIMEOUT_MS);
}

/** The connection remembers it by itself. */
function patienceOf(db: Database): unknown {
  return db.query<{ readonly timeout: number }, []>("PRAGMA busy_timeout").get()?.timeout;
}

function setPatience(db: Database, ms: number): void {
  db.run(`PRAGMA busy_timeout = ${ms}`);
}
