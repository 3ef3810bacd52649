import {
  closeSync,
  constants,
  fchownSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { ConfigError } from "../errors.ts";
import { PRIVATE_FILE_MODE } from "../limits.ts";

/**
 * Replaces a file as one act that survives a crash: temporary file, sync, rename, sync of the folder. Mode 0600.
 * `lastLook` is called when only the rename is left; what it throws is thrown. Throws `ConfigError` `io` for what fails
 * here; the old file is untouched in both cases.
 */
export function writeFileAtomic(path: string, text: string, lastLook?: () => void): void {
  try {
    replaceFile(path, text, lastLook);
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError("io", `${path} could not be written and stays as it was: ${reason}`, [], cause);
  }
}

function replaceFile(path: string, text: string, lastLook: (() => void) | undefined): void {
  const temp = join(dirname(path), `.${basename(path)}.${process.pid}.${crypto.randomUUID()}.tmp`);
  const fd = openSync(temp, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, PRIVATE_FILE_MODE);
  try {
    try {
      keepOwner(fd, path);
      writeFileSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    lastLook?.();
    renameSync(temp, path);
  } catch (cause) {
    rmSync(temp, { force: true });
    throw cause;
  }
  syncFolder(dirname(path));
}

/**
 * Root that replaces a file of a user in that user's own folder leaves it theirs: they could not read it otherwise. In a
 * folder of somebody else a file says nothing about who may have what is written.
 */
function keepOwner(fd: number, path: string): void {
  if (process.getuid?.() !== 0) return;
  const old = lstatSync(path, { throwIfNoEntry: false });
  const folder = lstatSync(dirname(path));
  if (old?.isFile() === true && old.uid !== 0 && old.uid === folder.uid) fchownSync(fd, old.uid, old.gid);
}

/** Removes what writers that were killed left behind; only for the holder of the write lock. */
export function sweepTemporaryFiles(path: string): void {
  for (const file of temporaryFilesOf(path)) rmSync(file, { force: true });
}

/** What writers of a file are writing, or were when they were killed. */
export function temporaryFilesOf(path: string): string[] {
  const prefix = `.${basename(path)}.`;
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(prefix) && name.endsWith(".tmp"))
    .map((name) => join(dirname(path), name));
}

function syncFolder(folder: string): void {
  // Windows has no handle on a folder to sync; its rename is journalled.
  if (process.platform === "win32") return;
  const fd = openSync(folder, constants.O_RDONLY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
