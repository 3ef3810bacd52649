import { Database } from "bun:sqlite";
import { closeSync, openSync, rmSync } from "node:fs";
import { StoreError } from "../errors.ts";
import { BUSY_TIMEOUT_MS } from "../limits.ts";
import { storeError } from "./errors.ts";
import { refuseForeign } from "./identity.ts";
import { newestVersion, refuseNewer, schemaVersion } from "./migrate.ts";
import { MIGRATIONS } from "./migrations/index.ts";

/** What a copy of a store is. */
export interface StoreCopy {
  readonly schemaVersion: number;
}

/**
 * Writes one consistent copy of the store at `from` to the new file `to` (0600), whether a gateway uses the store or not. The
 * source is opened by a connection that cannot write, and read in one transaction: the journal keeps the gateway and this
 * reader apart, neither waits for the other, and what is committed later is not in the copy. @throws StoreError
 */
export function copyStore(from: string, to: string): StoreCopy {
  let db: Database | undefined;
  try {
    db = new Database(from, { readonly: true, strict: true });
    db.run(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    refuseForeign(db);
    // VACUUM INTO fills an empty file that exists, which is how it gets its mode before its content.
    closeSync(openSync(to, "wx", 0o600));
    db.query("VACUUM INTO ?").run(to);
  } catch (error) {
    rmSync(to, { force: true });
    throw storeError(error, from);
  } finally {
    db?.close();
  }
  return checkStoreCopy(to);
}

/**
 * Reads every page and every index of a copy that nobody uses, and changes nothing. @throws StoreError `corrupt`, `foreign`,
 * `newer-schema`
 */
export function checkStoreCopy(path: string): StoreCopy {
  let db: Database | undefined;
  try {
    db = new Database(path, { readonly: true, strict: true });
    db.run("PRAGMA trusted_schema = OFF");
    refuseForeign(db);
    const row = db.query<{ integrity_check: string }, []>("PRAGMA integrity_check(1)").get();
    const fault = row?.integrity_check ?? "the check gave no answer";
    if (fault !== "ok") throw new StoreError("corrupt", `The database copy ${path} is damaged: ${fault}.`);
    refuseNewer(db, MIGRATIONS);
    return { schemaVersion: schemaVersion(db) };
  } catch (error) {
    throw storeError(error, path);
  } finally {
    db?.close();
  }
}

/** The newest schema this program can read. */
export function knownSchemaVersion(): number {
  return newestVersion(MIGRATIONS);
}
