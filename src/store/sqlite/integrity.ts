import type { Database } from "bun:sqlite";

/** Reads every page; undefined when sound, else the first fault found. Throws SQLite's error when reading itself fails. */
export function damage(db: Database): string | undefined {
  const row = db.query<{ quick_check: string }, []>("PRAGMA quick_check(1)").get();
  if (row === null) return "the check gave no answer";
  return row.quick_check === "ok" ? undefined : row.quick_check.replaceAll("\n", " ");
}
