import type { Database } from "bun:sqlite";
import { StoreError } from "../errors.ts";
import { actNow } from "./act.ts";
import type { Migration } from "./migration.ts";

/** The schema version of the file; 0 for a new one. */
export function schemaVersion(db: Database): number {
  return db.query<{ user_version: number }, []>("PRAGMA user_version").get()?.user_version ?? 0;
}

/** The newest version the given steps lead to. */
export function newestVersion(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.version ?? 0;
}

/** Refuses a file that a later program wrote. @throws StoreError `newer-schema` */
export function refuseNewer(db: Database, migrations: readonly Migration[]): void {
  const found = schemaVersion(db);
  const known = newestVersion(migrations);
  if (found <= known) return;
  throw new StoreError(
    "newer-schema",
    `The state database ${db.filename} has schema version ${found}; this program knows up to ${known}. ` +
      `It was written by a newer openclaw, and an older one must not touch it. Update this program, ` +
      `or go back on purpose: stop the gateway and put a copy named "${db.filename}.backup-v<N>" (N ≤ ${known}) in its place.`,
  );
}

/** Who hears what a migration is about to do. */
export interface MigrationWitness {
  /** Called once, with the version found, when a file that holds something is about to change. */
  readonly before?: (version: number) => void;
  /** Called before each step. */
  readonly step?: () => void;
}

/**
 * Runs the missing steps, each in one transaction with its version number; a crash between two leaves the earlier one
 * complete. @throws StoreError
 */
export function migrate(
  db: Database,
  migrations: readonly Migration[],
  { before, step: stepped }: MigrationWitness = {},
): void {
  const found = schemaVersion(db);
  const missing = migrations.filter(({ version }) => version > found);
  if (missing.length > 0 && found > 0) before?.(found);
  for (const step of missing) {
    stepped?.();
    actNow(
      db,
      () => {
        step.up(db);
        db.run(`PRAGMA user_version = ${step.version}`);
      },
      "power",
    );
  }
}
