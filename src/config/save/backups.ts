import { existsSync, lstatSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { BACKUP_COUNT, MAX_CONFIG_FILE_BYTES } from "../limits.ts";
import { writeFileAtomic } from "./atomic.ts";

/** Backup files of a config, newest first. */
export function backupPaths(configPath: string): string[] {
  return Array.from({ length: BACKUP_COUNT }, (_, age) => `${configPath}.bak${age === 0 ? "" : `.${age}`}`);
}

/** Puts `text`, the version about to be replaced, at the head of the ring. */
export function pushBackup(configPath: string, text: string): void {
  const paths = backupPaths(configPath);
  for (let age = paths.length - 2; age >= 0; age--) {
    const from = paths[age];
    const to = paths[age + 1];
    if (from !== undefined && to !== undefined && existsSync(from)) renameSync(from, to);
  }
  const newest = paths[0];
  if (newest !== undefined) writeFileAtomic(newest, text);
}

/** Where the last config that a running gateway accepted is kept. */
export function lastGoodPath(configPath: string): string {
  return `${configPath}.last-good`;
}

/** Keeps a refused text for the person who wanted it; returns where. */
export function saveRejected(configPath: string, text: string, epochMs: number): string {
  const stamp = new Date(epochMs).toISOString().replaceAll(/[:.]/g, "-");
  const path = `${configPath}.rejected.${stamp}`;
  writeFileAtomic(path, text);
  return path;
}

/** What became of a copy: it has another text now, or is gone. */
export interface KeptCopy {
  readonly path: string;
  readonly action: "rewritten" | "removed";
}

/**
 * Every copy that was kept beside a config: backups, the last good one, refused and broken texts. Links and whatever is too
 * large to be a config are left alone.
 */
export function keptCopies(configPath: string): { readonly path: string; readonly text: string }[] {
  const folder = dirname(configPath);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    if (!name.startsWith(`${basename(configPath)}.`)) return [];
    const path = join(folder, name);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isFile() !== true || stat.size > MAX_CONFIG_FILE_BYTES) return [];
    return [{ path, text: readFileSync(path, "utf8") }];
  });
}

/**
 * Gives kept copies another text; `undefined` removes one. With `dryRun` nothing is written. The caller holds the write lock.
 * Throws `ConfigError` `io`.
 */
export function rewriteCopies(
  configPath: string,
  rewrite: (text: string) => string | undefined,
  { dryRun }: { readonly dryRun: boolean },
): KeptCopy[] {
  return keptCopies(configPath).flatMap(({ path, text }): KeptCopy[] => {
    const next = rewrite(text);
    if (next === text) return [];
    if (!dryRun) {
      if (next === undefined) rmSync(path, { force: true });
      else writeFileAtomic(path, next);
    }
    return [{ path, action: next === undefined ? "removed" : "rewritten" }];
  });
}
