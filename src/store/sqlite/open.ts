import type { Database } from "bun:sqlite";
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import { StoreError } from "../errors.ts";
import type { Store } from "../interfaces.ts";
import { backupBeforeMigration } from "./backup.ts";
import { connect, disconnect } from "./connect.ts";
import { storeError } from "./errors.ts";
import { checkAtStart } from "./integrity.ts";
import { migrate, newestVersion, refuseNewer } from "./migrate.ts";
import type { Migration } from "./migration.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import { describeRecovery, replaceDamaged, unacknowledgedRecovery } from "./recovery.ts";
import { sqliteStore } from "./store.ts";

/** What a store is opened with. */
export interface OpenStoreOptions {
  /** The database file; its folder is made when missing. */
  readonly path: string;
  readonly clock: Clock;
  readonly log: Logger;
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
export function openWith({ path, clock, log }: OpenStoreOptions, migrations: readonly Migration[]): Store {
  const db = openOrRepair({ path, clock, log }, migrations);
  const recovery = unacknowledgedRecovery(db);
  if (recovery !== undefined) log.error(describeRecovery(recovery), { ...recovery });
  return sqliteStore({ db, clock }, { recovery });
}

function openOrRepair({ path, clock, log }: OpenStoreOptions, migrations: readonly Migration[]): Database {
  try {
    return openSound(path, migrations, log);
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== "corrupt") throw error;
    const reason = error.cause instanceof Error ? error.cause.message : error.message;
    replaceDamaged(path, { reason, migrations, clock });
    return openSound(path, migrations, log);
  }
}

function openSound(path: string, migrations: readonly Migration[], log: Logger): Database {
  const { db, killed } = connect(path);
  try {
    refuseNewer(db, migrations);
    checkAtStart(db, { killed, log });
    migrate(db, migrations, (version) => {
      const copy = backupBeforeMigration(db, version);
      log.info("state database is about to be migrated", {
        from: version,
        to: newestVersion(migrations),
        copy,
      });
    });
    return db;
  } catch (error) {
    disconnect(db);
    throw storeError(error, path);
  }
}
