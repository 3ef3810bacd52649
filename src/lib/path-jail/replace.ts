import { constants } from "node:fs";
import { lstat, open, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { randomIds } from "../ids.ts";
import { asJailError, PathJailError, quoted, systemCode } from "./errors.ts";
import { pinFolder } from "./pinned-folder.ts";
import { openOrdinary, refuseRoot } from "./read.ts";
import { type Jail, type Place, resolveInside } from "./resolve.ts";

/** Rights of a new file before the account's own mask; whatever that is, nobody else may write. */
const NEW_FILE_MODE = 0o644;

/** Failures that mean that the file may be written, but nothing be put beside it or in its place. */
const IN_PLACE_ONLY = new Set(["EACCES", "EPERM", "EBUSY", "EXDEV", "EROFS"]);

/**
 * Writes a file inside the jail, and makes the folders above it: the new content takes the old one's place in one step,
 * so that nobody ever sees half of it. Rights of an existing file stay. @throws PathJailError
 */
export async function replaceInside(
  jail: Jail,
  path: string,
  content: string | Uint8Array,
): Promise<{ readonly path: string; readonly created: boolean }> {
  const place = await resolveInside(jail, path);
  refuseRoot(place, path);
  if (/[\\/]$/.test(path)) throw new PathJailError("kind", `${quoted(path)} names a folder`);
  await using folder = await pinFolder(dirname(place.path), {
    root: place.root,
    closed: place.closed,
    create: true,
    named: path,
  });
  const target = join(folder.at, basename(place.path));
  const mode = await ordinaryMode(target, path);
  try {
    await putInPlace(folder.at, target, content, mode);
  } catch (error) {
    const inPlace = mode !== undefined && IN_PLACE_ONLY.has(systemCode(error) ?? "");
    if (!inPlace) throw asJailError(error, path);
    await overwrite(target, place, path, content);
  }
  return { path: place.path, created: mode === undefined };
}

/** The rights of what is there; undefined when nothing is. Anything but a file is refused. */
async function ordinaryMode(target: string, named: string): Promise<number | undefined> {
  try {
    const stats = await lstat(target);
    if (stats.isDirectory()) throw new PathJailError("kind", `${quoted(named)}: it is a folder`);
    if (stats.isSymbolicLink()) throw new PathJailError("link", `${quoted(named)}: it is a symbolic link`);
    if (!stats.isFile()) throw new PathJailError("kind", `${quoted(named)}: it is not an ordinary file`);
    return stats.mode & 0o777;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw asJailError(error, named);
  }
}

async function putInPlace(
  folder: string,
  target: string,
  content: string | Uint8Array,
  mode: number | undefined,
): Promise<void> {
  const beside = join(folder, `.openclaw-${randomIds.hex(6)}.tmp`);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
  const handle = await open(beside, flags, mode ?? NEW_FILE_MODE);
  try {
    try {
      await handle.writeFile(content);
      // The mask of the account is for new files; an old one keeps what it had.
      if (mode !== undefined) await handle.chmod(mode);
    } finally {
      await handle.close();
    }
    await rename(beside, target);
  } catch (error) {
    await unlink(beside).catch(() => undefined);
    throw error;
  }
}

async function overwrite(
  target: string,
  place: Place,
  named: string,
  content: string | Uint8Array,
): Promise<void> {
  await using file = await openOrdinary(target, place, named, constants.O_WRONLY);
  try {
    await file.handle.truncate(0);
    await file.handle.writeFile(content);
  } catch (error) {
    throw asJailError(error, named);
  }
}
