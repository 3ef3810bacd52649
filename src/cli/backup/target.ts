import { existsSync, lstatSync, readdirSync } from "node:fs";
import { mkdir, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { displayPath } from "../../config/index.ts";
import { isWithin, realOf } from "../../lib/files/index.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";
import type { ArchiveContents } from "./archive/reader.ts";
import { checkDatabase } from "./archive/examine.ts";
import { below, extractArchive, needSpace } from "./archive/extract.ts";
import { MANIFEST_NAME } from "./archive/manifest.ts";

/** A folder that a backup may be unpacked to: new or empty, and not in the state folder. Returns its path. @throws CliError */
export function emptyTarget({ paths }: Session, target: string): string {
  const shown = displayPath(target, paths.home);
  const hint = "Name a new folder: openclaw backup restore <archive> --target <folder>";
  if (isWithin(realOf(target), realOf(paths.stateDir))) {
    throw new CliError(`${shown} lies in the state folder of this installation.`, { hint });
  }
  const stat = lstatSync(target, { throwIfNoEntry: false });
  if (stat !== undefined && !stat.isDirectory()) throw new CliError(`${shown} is not a folder.`, { hint });
  if (stat !== undefined && readdirSync(target).length > 0)
    throw new CliError(`${shown} is not empty.`, { hint });
  return target;
}

export interface TargetRequest {
  readonly archive: string;
  readonly contents: ArchiveContents;
  readonly target: string;
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number) => void;
}

/** Unpacks a whole archive, manifest included; the target holds all of it, or is as it was. @throws ArchiveError, CliError */
export async function restoreToTarget(request: TargetRequest): Promise<void> {
  const { archive, contents, target, signal, onProgress } = request;
  const { root, manifest, manifestText } = contents;
  await mkdir(dirname(target), { recursive: true });
  await needSpace(dirname(target), contents.bytes);
  const staged = `${target}.restoring-${process.pid}`;
  try {
    await mkdir(staged, { mode: 0o700 });
    const place = below(root, join(staged, root));
    await mkdir(join(staged, root), { mode: 0o700 });
    await extractArchive({ archive, contents, place, signal, onProgress });
    await writeFile(join(staged, root, MANIFEST_NAME), manifestText, { mode: 0o600 });
    const database = manifest.database === undefined ? undefined : place(manifest.database.path);
    if (database !== undefined) await checkDatabase(database);
    if (existsSync(target)) await rmdir(target);
    await rename(staged, target);
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}
