import { Database } from "bun:sqlite";
import { chmodSync, closeSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { StoreError } from "../errors.ts";
import { storeError } from "./errors.ts";
import { damage } from "./integrity.ts";

/**
 * Writes a compact copy of `db` to `path`, replacing what is there only when the copy is complete, checked and on disk.
 * The file is 0600. @throws StoreError
 */
export function copyTo(db: Database, path: string): void {
  const partial = `${path}.partial-${process.pid}`;
  try {
    rmSync(partial, { force: true });
    // VACUUM INTO fills an empty file that exists, which is how it gets its mode before its content.
    closeSync(openSync(partial, "wx", 0o600));
    db.query("VACUUM INTO ?").run(partial);
    const fault = damageOf(partial);
    if (fault !== undefined) throw new StoreError("corrupt", `The copy ${partial} is damaged: ${fault}.`);
    flush(partial);
    renameSync(partial, path);
    flush(dirname(path));
    chmodSync(path, 0o600);
  } catch (error) {
    rmSync(partial, { force: true });
    throw storeError(error, path);
  }
}

/** What is wrong with the database file at `path`; undefined when sound. */
export function damageOf(path: string): string | undefined {
  try {
    const db = new Database(path, { readonly: true });
    try {
      return damage(db);
    } finally {
      db.close();
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Makes a file's content, or a folder's names, survive a power cut. */
function flush(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
