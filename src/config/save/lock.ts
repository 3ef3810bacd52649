import { mkdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ConfigError } from "../errors.ts";
import { PRIVATE_DIR_MODE, WRITE_LOCK_RETRY_MS, WRITE_LOCK_TIMEOUT_MS } from "../limits.ts";

/**
 * Runs `work` while no other process or caller writes the same config. Throws `ConfigError` `busy` when another writer
 * holds it for longer than `WRITE_LOCK_TIMEOUT_MS`, and `io` when the folder cannot be written.
 */
export async function withWriteLock<T>(configPath: string, work: () => T | Promise<T>): Promise<T> {
  const folder = dirname(configPath);
  const lockPath = join(folder, `.${basename(configPath)}.lock`);
  const { FileLockBusyError, withFileLock } = await import("../../lib/locks/index.ts");
  const limits = { timeoutMs: WRITE_LOCK_TIMEOUT_MS, retryMs: WRITE_LOCK_RETRY_MS };
  let started = false;
  try {
    mkdirSync(folder, { recursive: true, mode: PRIVATE_DIR_MODE });
    return await withFileLock(lockPath, limits, () => {
      started = true;
      return work();
    });
  } catch (cause) {
    if (cause instanceof FileLockBusyError) {
      const text = `The config is being written by another process (lock ${lockPath}); try again`;
      throw new ConfigError("busy", text, [], cause);
    }
    if (started) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const text = `The config cannot be written: ${folder} is not writable for this user (${reason}); look with: ls -ld "${folder}"`;
    throw new ConfigError("io", text, [], cause);
  }
}
