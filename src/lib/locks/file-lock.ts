import { Database, SQLiteError } from "bun:sqlite";
import { chmodSync, lstatSync } from "node:fs";

export interface FileLockOptions {
  /** How long to wait for another holder. */
  readonly timeoutMs: number;
  /** Between two tries. */
  readonly retryMs: number;
}

/** Somebody else held the lock for longer than the caller would wait. */
export class FileLockBusyError extends Error {
  override readonly name = "FileLockBusyError";

  constructor(
    readonly path: string,
    cause: unknown,
  ) {
    super(`${path} is locked by another process`, { cause });
  }
}

/** Owner read and write; the lock file holds nothing, but its name is in a private folder. */
const LOCK_FILE_MODE = 0o600;

/**
 * Runs `work` while no other process or caller holds `path`. The lock is one of the operating system, taken through an
 * empty SQLite file, so it is gone the moment its holder dies, however it dies. Throws `FileLockBusyError`, or the
 * system's error when the file cannot be made.
 */
export async function withFileLock<T>(
  path: string,
  { timeoutMs, retryMs }: FileLockOptions,
  work: () => T | Promise<T>,
): Promise<T> {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
    throw Object.assign(new Error(`${path} is a link, and a lock must be a file of its own`), {
      code: "ELOOP",
    });
  }
  using db = new Database(path, { create: true, readwrite: true });
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      db.run("BEGIN EXCLUSIVE");
      break;
    } catch (cause) {
      if (!(cause instanceof SQLiteError) || !cause.code?.startsWith("SQLITE_BUSY")) throw cause;
      if (performance.now() > deadline) throw new FileLockBusyError(path, cause);
      await Bun.sleep(retryMs);
    }
  }
  try {
    // By its name: to close another handle on it would give the lock away.
    chmodSync(path, LOCK_FILE_MODE);
    return await work();
  } finally {
    db.run("ROLLBACK");
  }
}
