import type { Database } from "bun:sqlite";
import type { Logger } from "../../lib/logger.ts";
import { StoreError } from "../errors.ts";
import { CHECK_AFTER_CRASH_BYTES, CHECK_ALWAYS_BYTES } from "../limits.ts";
import { sizeOf } from "./connect.ts";

/** Reads every page; undefined when sound, else the first fault found. Throws SQLite's error when reading itself fails. */
export function damage(db: Database): string | undefined {
  const row = db.query<{ quick_check: string }, []>("PRAGMA quick_check(1)").get();
  if (row === null) return "the check gave no answer";
  return row.quick_check === "ok" ? undefined : row.quick_check.replaceAll("\n", " ");
}

/**
 * The check on the way up. A full check reads the whole file, so it is made where it is worth its time: always for a small
 * file, and for a larger one only when the last process did not close it. @throws StoreError `corrupt`
 */
export function checkAtStart(db: Database, { killed, log }: { killed: boolean; log: Logger }): void {
  const size = sizeOf(db.filename);
  if (size > CHECK_ALWAYS_BYTES && !killed) return;
  if (size > CHECK_AFTER_CRASH_BYTES) {
    log.warn("state database was not closed cleanly and is too large to check at start", { bytes: size });
    return;
  }
  const found = damage(db);
  if (found !== undefined) {
    throw new StoreError("corrupt", `The state database ${db.filename} is damaged: ${found}.`);
  }
}
