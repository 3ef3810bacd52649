import type { Database } from "bun:sqlite";
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import { StoreError } from "../errors.ts";
import type { Store } from "../interfaces.ts";
import { backupBeforeMigration } from "./backup.ts";
import { connect, disconnect, sizeOf } from "./connect.ts";
import { storeError } from "./errors.ts";
import { checkAtStart } from "./integrity.ts";
import { migrate, newestVersion, refuseNewer } from "./migrate.ts";
import type { Migration } from "./migration.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import { describeRecovery, replaceDamaged, unacknowledgedRecovery } from "./recovery.ts";
import { sqliteStore } from "./store.ts";

/** Part of an opening that takes as long as the file is large; nothing else runs meanwhile. */
export interface OpeningStep {
  readonly doing: "checking" | "copying" | "migrating" | "replacing";
  /** Size of the file, all of which is read or written at worst. */
  readonly bytes: number;
}

/** What a store is opened with. */
export interface OpenStoreOptions {
  /** The database file; its folder is made when missing. */
  readonly path: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told before each step that may take long. */
  readonly onStep?: (step: OpeningStep) => void;
}

/**
 * Opens (or makes) the store at `path` and brings its schema up to date. A damaged file is set aside and replaced by the
 * newest sound backup, or by an empty store; `recovery` then says so until it is acknowledged. The caller holds the
 * single-instance lock. @throws StoreError
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  return openWith(options, MIGRATIONS);
}

/** {@link openStore} with other schema steps; for tests of older versions. */
export function openWith(options: OpenStoreOptions, migrations: readonly Migration[]): Store {
  const { clock, log } = options;
  const db = openOrRepair(options, migrations);
  const recovery = unacknowledgedRecovery(db);
  if (recovery !== undefined) log.error(describeRecovery(recovery), { ...recovery });
  return sqliteStore({ db, clock }, { recovery });
}

function openOrRepair(options: OpenStoreOptions, migrations: readonly Migration[]): Database {
  const { path, clock } = options;
  try {
    return openSound(options, migrations);
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== "corrupt") throw error;
    const reason = error.cause instanceof Error ? error.cause.message : error.message;
    tell(options, "replacing");
    replaceDamaged(path, { reason, migrations, clock });
    return openSound(options, migrations);
  }
}

function openSound(options: OpenStoreOptions, migrations: readonly Migration[]): Database {
  const { path, log } = options;
  const { db, killed } = connect(path);
  try {
    refuseNewer(db, migrations);
    tell(options, "checking");
    checkAtStart(db, { killed, log });
    migrate(db, migrations, {
      before(version) {
        tell(options, "copying");
        const copy = backupBeforeMigration(db, version);
        log.info("state database is about to be migrated", {
          from: version,
          to: newestVersion(migrations),
          copy,
        });
      },
      step: () => tell(options, "migrating"),
    });
    return db;
  } catch (error) {
    disconnect(db);
    throw storeError(error, path);
  }
}

function tell({ path, onStep }: OpenStoreOptions, doing: OpeningStep["doing"]): void {
  onStep?.({ doing, bytes: sizeOf(path) });
}
