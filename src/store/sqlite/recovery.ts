import type { Database } from "bun:sqlite";
import { chmodSync, copyFileSync, existsSync, linkSync, renameSync, rmSync } from "node:fs";
import type { Clock } from "../../lib/clock.ts";
import type { StoreRecovery } from "../interfaces.ts";
import { actNow } from "./act.ts";
import { backupsOf, damageOf, moveDurably } from "./backup.ts";
import { connect, disconnect } from "./connect.ts";
import { storeError } from "./errors.ts";
import { migrate, newestVersion, schemaVersion } from "./migrate.ts";
import type { Migration } from "./migration.ts";

const NAME = "recovery";
const WRITE =
  "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value";

/** How a repair is made. */
export interface RepairOptions {
  /** What was found. */
  readonly reason: string;
  readonly migrations: readonly Migration[];
  readonly clock: Clock;
}

/**
 * Puts the newest sound backup, or an empty store, in the place of a damaged file, which is kept beside it. The replacement is
 * complete, with the note of its origin inside, before it takes the name: a crash or a full disk on the way leaves the damaged
 * file where it was, to be repaired at the next start. @throws StoreError
 */
export function replaceDamaged(path: string, { reason, migrations, clock }: RepairOptions): StoreRecovery {
  const at = clock.now();
  const setAside = `${path}.corrupt-${new Date(at).toISOString().replaceAll(":", "-")}`;
  const backup = backupsOf(path).find((candidate) => usable(candidate.path, newestVersion(migrations)));
  const recovery: StoreRecovery = {
    at,
    reason,
    setAside,
    ...(backup === undefined ? {} : { restoredFrom: backup.path }),
  };
  const replacement = `${path}.partial-${process.pid}`;
  try {
    rmSync(replacement, { force: true });
    if (backup !== undefined) {
      copyFileSync(backup.path, replacement);
      chmodSync(replacement, 0o600);
    }
    const { db } = connect(replacement);
    try {
      if (backup === undefined) migrate(db, migrations);
      actNow(db, () => db.query(WRITE).run(NAME, JSON.stringify(recovery)));
    } finally {
      disconnect(db);
    }
    keepBeside(path, setAside);
    moveDurably(replacement, path);
  } catch (error) {
    rmSync(replacement, { force: true });
    throw storeError(error, path);
  }
  return recovery;
}

/** What happened, for a person. */
export function describeRecovery({ reason, setAside, restoredFrom }: StoreRecovery): string {
  const then =
    restoredFrom === undefined
      ? "no backup was found, so the store began empty"
      : `the backup ${restoredFrom} was restored, so what came after it is missing`;
  return `The state database was damaged (${reason}). It is kept as ${setAside}; ${then}. Once seen: openclaw doctor --fix`;
}

/** The repair nobody has acknowledged yet. */
export function unacknowledgedRecovery(db: Database): StoreRecovery | undefined {
  const row = db.query<{ value: string }, [string]>("SELECT value FROM meta WHERE name = ?").get(NAME);
  if (row === null) return undefined;
  return readRecovery(JSON.parse(row.value));
}

/** The note as it was written; what is missing in one that somebody edited is left blank. */
function readRecovery(note: unknown): StoreRecovery {
  const field = (name: string): unknown =>
    typeof note === "object" && note !== null ? Reflect.get(note, name) : undefined;
  const text = (name: string): string | undefined => {
    const found = field(name);
    return typeof found === "string" ? found : undefined;
  };
  const at = field("at");
  const restoredFrom = text("restoredFrom");
  return {
    at: typeof at === "number" ? at : 0,
    reason: text("reason") ?? "",
    setAside: text("setAside") ?? "",
    ...(restoredFrom !== undefined && { restoredFrom }),
  };
}

/** Removes the note of a repair; inside the caller's transaction. */
export function forgetRecovery(db: Database): void {
  db.query("DELETE FROM meta WHERE name = ?").run(NAME);
}

/** Gives the damaged file a second name, and its journals only that one: they must never be replayed into another file. */
function keepBeside(path: string, setAside: string): void {
  try {
    linkSync(path, setAside);
  } catch {
    // A file system without hard links.
    renameSync(path, setAside);
  }
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${setAside}-wal`);
  rmSync(`${path}-shm`, { force: true });
}

function usable(path: string, newest: number): boolean {
  return damageOf(path, (db) => schemaVersion(db) > newest && "a newer program wrote it") === undefined;
}
