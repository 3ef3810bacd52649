import { constants, type Stats } from "node:fs";
import { type FileHandle, open, readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { asJailError, PathJailError, quoted } from "./errors.ts";
import { pinFolder } from "./pinned-folder.ts";
import { type Jail, type Place, resolveInside } from "./resolve.ts";

/** An ordinary file that was checked after it was opened. */
export interface OpenedFile extends AsyncDisposable {
  readonly handle: FileHandle;
  /** Without links. */
  readonly path: string;
  readonly stats: Stats;
}

/** Opens an ordinary file inside the jail for reading. @throws PathJailError */
export async function openInside(jail: Jail, path: string): Promise<OpenedFile> {
  const place = await resolveInside(jail, path);
  refuseRoot(place, path);
  await using folder = await pinFolder(dirname(place.path), {
    root: place.root,
    closed: place.closed,
    named: path,
  });
  return await openOrdinary(join(folder.at, basename(place.path)), place, path, constants.O_RDONLY);
}

/** The bytes of a file inside the jail; `too_big` when they are more than `maxBytes`. @throws PathJailError */
export async function readInside(
  jail: Jail,
  path: string,
  maxBytes: number,
): Promise<{ readonly path: string; readonly bytes: Buffer }> {
  await using file = await openInside(jail, path);
  const tooBig = () =>
    new PathJailError(
      "too_big",
      `${quoted(path)} is larger than the ${maxBytes} bytes that are read at most`,
    );
  if (file.stats.size > maxBytes) throw tooBig();
  const bytes = await file.handle.readFile().catch((error: unknown) => {
    throw asJailError(error, path);
  });
  // Files of the kernel say that they are empty, and others grow meanwhile.
  if (bytes.length > maxBytes) throw tooBig();
  return { path: file.path, bytes };
}

export interface FolderEntry {
  readonly name: string;
  readonly kind: "file" | "folder" | "link" | "other";
}

/** What is in a folder inside the jail, by name. @throws PathJailError */
export async function listInside(
  jail: Jail,
  path: string,
): Promise<{ readonly path: string; readonly entries: readonly FolderEntry[] }> {
  const place = await resolveInside(jail, path);
  await using folder = await pinFolder(place.path, { root: place.root, closed: place.closed, named: path });
  const found = await readdir(folder.at, { withFileTypes: true }).catch((error: unknown) => {
    throw asJailError(error, path);
  });
  const entries = found.map((entry): FolderEntry => {
    const kind = entry.isDirectory()
      ? "folder"
      : entry.isFile()
        ? "file"
        : entry.isSymbolicLink()
          ? "link"
          : "other";
    return { name: entry.name, kind };
  });
  return { path: place.path, entries: entries.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** The root itself is a folder, and its parent is none of the caller's business. */
export function refuseRoot(place: Place, named: string): void {
  if (place.path === place.root) throw new PathJailError("kind", `${quoted(named)}: it is a folder`);
}

/**
 * Opens without waiting for anybody (a pipe would), follows no link, and looks at what it got: a device, and in a jail a
 * file that has a second name, which may be one outside, are refused.
 */
export async function openOrdinary(
  at: string,
  place: Place,
  named: string,
  flags: number,
): Promise<OpenedFile> {
  const handle = await open(at, flags | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)).catch(
    (error: unknown) => {
      throw asJailError(error, named);
    },
  );
  try {
    const stats = await handle.stat();
    if (stats.isDirectory()) throw new PathJailError("kind", `${quoted(named)}: it is a folder`);
    if (!stats.isFile()) throw new PathJailError("kind", `${quoted(named)}: it is not an ordinary file`);
    if (place.root !== undefined && stats.nlink > 1) {
      throw new PathJailError(
        "link",
        `${quoted(named)} has a second name (a hard link), which may be outside`,
      );
    }
    return { handle, path: place.path, stats, [Symbol.asyncDispose]: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw asJailError(error, named);
  }
}
