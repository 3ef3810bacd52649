import { chmodSync, mkdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ConfigError } from "../errors.ts";
import {
  PRIVATE_DIR_MODE,
  PRIVATE_FILE_MODE,
  WRITE_LOCK_RETRY_MS,
  WRITE_LOCK_TIMEOUT_MS,
} from "../limits.ts";

/**
 * Runs `work` while no other process or caller writes the same config. The lock is an operating-system lock (taken
 * through an empty SQLite file beside the config), so it is gone the moment its holder dies, however it dies.
 * Throws `ConfigError` `busy` when another writer holds it for longer than `WRITE_LOCK_TIMEOUT_MS`.
 */
export async function withWriteLock<T>(configPath: string, work: () => T | Promise<T>): Promise<T> {
  const folder = dirname(configPath);
  const lockPath = join(folder, `.${basename(configPath)}.lock`);
  const { Database, SQLiteError } = await import("bun:sqlite");
  using db = openLock(() => {
    mkdirSync(folder, { recursive: true, mode: PRIVATE_DIR_MODE });
    return new Database(lockPath, { create: true, readwrite: true });
  }, folder);
  const deadline = performance.now() + WRITE_LOCK_TIMEOUT_MS;
  for (;;) {
    try {
      db.run("BEGIN EXCLUSIVE");
      break;
    } catch (cause) {
      if (!(cause instanceof SQLiteError) || !cause.code?.startsWith("SQLITE_BUSY")) throw cause;
      if (performance.now() > deadline) {
        const text = `The config is being written by another process (lock ${lockPath}); try again`;
        throw new ConfigError("busy", text, [], cause);
      }
      await Bun.sleep(WRITE_LOCK_RETRY_MS);
    }
  }
  try {
    chmodSync(lockPath, PRIVATE_FILE_MODE);
    return await work();
  } finally {
    db.run("ROLLBACK");
  }
}

function openLock<T>(open: () => T, folder: string): T {
  try {
    return open();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const text = `The config cannot be written: ${folder} is not writable for this user (${reason}); look with: ls -ld "${folder}"`;
    throw new ConfigError("io", text, [], cause);
  }
}
