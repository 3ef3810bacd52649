import { statSync } from "node:fs";
import { StoreError } from "../errors.ts";
import type { Store, StoreRecovery, StoreStatus } from "../interfaces.ts";
import { act } from "./act.ts";
import { copyTo, damageOf, snapshotPathOf } from "./backup.ts";
import { disconnect } from "./connect.ts";
import { storeError } from "./errors.ts";
import { schemaVersion } from "./migrate.ts";
import { describeRecovery, forgetRecovery } from "./recovery.ts";
import { repositories } from "./repositories/index.ts";
import type { RepositoryDeps } from "./repositories/deps.ts";

const PROBE = `INSERT INTO meta (name, value) VALUES ('probe', ?)
  ON CONFLICT (name) DO UPDATE SET value = excluded.value`;

/** The store on one open, migrated SQLite file. */
export function sqliteStore(deps: RepositoryDeps, opened: { recovery?: StoreRecovery | undefined }): Store {
  const { db, clock } = deps;
  let recovery = opened.recovery;
  let closed = false;
  return {
    ...repositories(deps),
    schemaVersion: schemaVersion(db),
    get recovery() {
      return recovery;
    },
    async acknowledgeRecovery() {
      await act(db, () => forgetRecovery(db), "power");
      recovery = undefined;
    },
    async probe(): Promise<StoreStatus> {
      try {
        await act(db, () => db.query(PROBE).run(String(clock.now())));
      } catch (error) {
        return { state: "degraded", reason: storeError(error, db.filename).message };
      }
      return recovery === undefined
        ? { state: "ok" }
        : { state: "degraded", reason: describeRecovery(recovery), recovery };
    },
    async verify() {
      // Another connection: this one would answer from its page cache what the disk no longer holds.
      const found = damageOf(db.filename);
      if (found !== undefined) {
        throw new StoreError("corrupt", `The state database ${db.filename} is damaged: ${found}.`);
      }
    },
    async backup(path) {
      copyTo(db, path);
    },
    async snapshot() {
      const path = snapshotPathOf(db.filename);
      copyTo(db, path);
      return path;
    },
    snapshotAt: () => statSync(snapshotPathOf(db.filename), { throwIfNoEntry: false })?.mtimeMs,
    async close() {
      if (closed) return;
      closed = true;
      disconnect(db);
    },
  };
}
