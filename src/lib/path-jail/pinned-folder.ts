import { constants } from "node:fs";
import { type FileHandle, mkdir, open, readlink, realpath, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { asJailError, PathJailError, quoted, systemCode } from "./errors.ts";
import { assertReachable, type Closed } from "./resolve.ts";

/**
 * A folder that is held open: on Linux, names below `at` belong to this very folder, even when somebody puts a link in
 * its place or in the place of a folder above it. Elsewhere `at` is the path, checked a moment ago.
 */
export interface PinnedFolder extends AsyncDisposable {
  readonly at: string;
}

export interface PinOptions {
  /** Real path the folder must not be outside of; undefined for none. */
  readonly root: string | undefined;
  readonly closed: Closed | undefined;
  /** Makes the folder, and those above it, when they are not there. */
  readonly create?: boolean;
  /** The path as the caller named it, for messages. */
  readonly named: string;
}

/** Rights of a new folder before the account's own mask; whatever that is, nobody else may write. */
const FOLDER_MODE = 0o755;

/** Opens a folder by its real path and makes sure that it is the one, and inside. @throws PathJailError */
export async function pinFolder(path: string, options: PinOptions): Promise<PinnedFolder> {
  try {
    return process.platform === "win32" ? await checkFolder(path, options) : await holdFolder(path, options);
  } catch (error) {
    throw asJailError(error, options.named);
  }
}

async function holdFolder(path: string, options: PinOptions): Promise<PinnedFolder> {
  const handle = await openFolder(path, options);
  try {
    const { real, at } = await whereIs(handle, path, options.named);
    assertReachable(real, options, options.named);
    return { at, [Symbol.asyncDispose]: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openFolder(path: string, options: PinOptions): Promise<FileHandle> {
  const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
  try {
    return await open(path, flags);
  } catch (error) {
    const parent = dirname(path);
    if (!options.create || systemCode(error) !== "ENOENT" || parent === path) throw error;
    await using above = await pinFolder(parent, options);
    const own = join(above.at, basename(path));
    await mkdir(own, FOLDER_MODE).catch((fault: unknown) => {
      // Somebody was faster, which is as good.
      if (systemCode(fault) !== "EEXIST") throw fault;
    });
    return await open(own, flags);
  }
}

/** Where an open folder really is. */
async function whereIs(
  handle: FileHandle,
  path: string,
  named: string,
): Promise<{ readonly real: string; readonly at: string }> {
  if (process.platform === "linux") {
    const at = `/proc/self/fd/${handle.fd}`;
    return { real: await readlink(at), at };
  }
  const real = await realpath(path);
  const [held, there] = await Promise.all([handle.stat(), stat(real)]);
  if (held.ino !== there.ino || held.dev !== there.dev) {
    throw new PathJailError("link", `${quoted(named)} changed while it was looked at`);
  }
  return { real, at: real };
}

/** Windows opens no folders; the look at the path has to do. */
async function checkFolder(path: string, options: PinOptions): Promise<PinnedFolder> {
  if (options.create) await mkdir(path, { recursive: true, mode: FOLDER_MODE });
  const real = await realpath(path);
  assertReachable(real, options, options.named);
  return { at: real, [Symbol.asyncDispose]: () => Promise.resolve() };
}
