import { Database } from "bun:sqlite";
import { chmodSync, copyFileSync, existsSync, renameSync } from "node:fs";
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import type { StoreRecovery } from "../interfaces.ts";
import { actNow } from "./act.ts";
import { backupsOf, damageOf, moveDurably } from "./backup.ts";
import { schemaVersion } from "./migrate.ts";

const NAME = "recovery";
const WRITE =
  "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value";

/** How a repair is made. */
export interface RepairOptions {
  /** What was found. */
  readonly reason: string;
  /** The newest schema this program can open; later backups are passed over. */
  readonly newest: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Moves the damaged file and its journals aside, never deleting them, and puts the newest sound backup in its place; with
 * none, the path is left free for a new store.
 */
export function replaceDamaged(path: string, { reason, newest, clock, log }: RepairOptions): StoreRecovery {
  const at = clock.now();
  const setAside = `${path}.corrupt-${new Date(at).toISOString().replaceAll(":", "-")}`;
  for (const suffix of ["-shm", "-wal", ""]) {
    if (existsSync(path + suffix)) renameSync(path + suffix, setAside + suffix);
  }
  const backup = backupsOf(path).find((candidate) => usable(candidate.path, newest));
  if (backup !== undefined) {
    const partial = `${path}.partial-${process.pid}`;
    copyFileSync(backup.path, partial);
    chmodSync(partial, 0o600);
    moveDurably(partial, path);
  }
  const recovery: StoreRecovery = {
    at,
    reason,
    setAside,
    ...(backup === undefined ? {} : { restoredFrom: backup.path }),
  };
  log.error(
    backup === undefined
      ? "state database was damaged; it is set aside, no backup was found, the store begins empty"
      : "state database was damaged; it is set aside and the newest backup restored",
    { ...recovery },
  );
  return recovery;
}

/** Writes the note of a repair into the new file, so that a restart does not hide it. @throws StoreError */
export function noteRecovery(db: Database, recovery: StoreRecovery): void {
  actNow(db, () => db.query(WRITE).run(NAME, JSON.stringify(recovery)), "power");
}

/** The repair nobody has acknowledged yet. */
export function unacknowledgedRecovery(db: Database): StoreRecovery | undefined {
  const row = db.query<{ value: string }, [string]>("SELECT value FROM meta WHERE name = ?").get(NAME);
  if (row === null) return undefined;
  const recovery: StoreRecovery = JSON.parse(row.value);
  return recovery;
}

/** Removes the note of a repair; inside the caller's transaction. */
export function forgetRecovery(db: Database): void {
  db.query("DELETE FROM meta WHERE name = ?").run(NAME);
}

function usable(path: string, newest: number): boolean {
  if (damageOf(path) !== undefined) return false;
  const db = new Database(path, { readonly: true });
  try {
    return schemaVersion(db) <= newest;
  } finally {
    db.close();
  }
}
