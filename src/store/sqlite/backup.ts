import { Database } from "bun:sqlite";
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { StoreError } from "../errors.ts";
import { MIGRATION_BACKUPS_KEPT } from "../limits.ts";
import { storeError } from "./errors.ts";
import { damage } from "./integrity.ts";

/** A sound copy that could replace a damaged file. */
export interface BackupFile {
  readonly path: string;
  /** Epoch ms of its last change. */
  readonly madeAt: number;
}

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
    moveDurably(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw storeError(error, path);
  }
}

/** Renames over `to` so that after a power cut either the old or the whole new file is there. */
export function moveDurably(from: string, to: string): void {
  flush(from);
  renameSync(from, to);
  flush(dirname(to));
}

/** What is wrong with the database file at `path`, in itself or by a further test; undefined when sound. */
export function damageOf(
  path: string,
  furtherTest: (db: Database) => string | false = () => false,
): string | undefined {
  try {
    const db = new Database(path, { readonly: true });
    try {
      return damage(db) ?? (furtherTest(db) || undefined);
    } finally {
      db.close();
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Keeps the state before a migration beside the file, and only the newest few of them. Returns the copy's path. */
export function backupBeforeMigration(db: Database, version: number): string {
  const copy = `${db.filename}.backup-v${version}`;
  copyTo(db, copy);
  const numbered = backupsOf(db.filename).flatMap(({ path }) => {
    const digits = /\.backup-v(\d+)$/.exec(path)?.[1];
    return digits === undefined ? [] : [{ path, version: Number(digits) }];
  });
  numbered.sort((a, b) => b.version - a.version);
  for (const { path } of numbered.slice(MIGRATION_BACKUPS_KEPT)) rmSync(path, { force: true });
  return copy;
}

/** Where the running copy goes that a repair would use first. */
export function snapshotPathOf(path: string): string {
  return `${path}.backup-latest`;
}

/** The backups beside the file at `path`, newest first, sound or not. */
export function backupsOf(path: string): BackupFile[] {
  const prefix = `${basename(path)}.backup-`;
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(prefix) && !name.includes(".partial-"))
    .map((name) => join(dirname(path), name))
    .map((file) => ({ path: file, madeAt: statSync(file).mtimeMs }))
    .sort((a, b) => b.madeAt - a.madeAt);
}

/** Makes a file's content, or a folder's names, survive a power cut. */
function flush(path: string): void {
  // Windows can open neither a folder nor, for flushing, a file for reading only.
  if (process.platform === "win32") return;
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
