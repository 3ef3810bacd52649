import { existsSync, renameSync } from "node:fs";
import { BACKUP_COUNT } from "../limits.ts";
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
