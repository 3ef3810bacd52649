import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, type Stats } from "node:fs";
import { isAbsolute, normalize, sep } from "node:path";
import { SecretFailure } from "./errors.ts";

/** Who this process is, as far as file ownership goes. */
export interface FileOwner {
  readonly platform: NodeJS.Platform;
  readonly uid: number;
}

/**
 * Reads a secret file: a regular file with one name, owned by this user, closed to everybody else, of bounded size.
 * Throws `SecretFailure`.
 */
export function readPrivateFile(path: string, maxBytes: number, owner: FileOwner): string {
  refuseWindows(path, owner);
  return readTrusted(path, maxBytes, owner);
}

/**
 * Reads a file that this program made in its own state folder. On Windows the access of that folder is what protects it, and
 * no more can be verified; elsewhere as `readPrivateFile`. Throws `SecretFailure`.
 */
export function readOwnFile(path: string, maxBytes: number, owner: FileOwner): string {
  return readTrusted(path, maxBytes, owner);
}

function readTrusted(path: string, maxBytes: number, owner: FileOwner): string {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) {
      throw untrusted(path, "must not be a symlink");
    }
    throw new SecretFailure("NOT_FOUND", `${path} cannot be opened`, cause);
  }
  try {
    const stat = fstatSync(fd);
    assertPrivate(path, stat, owner);
    if (stat.size > maxBytes)
      throw new SecretFailure("TOO_LARGE", `${path} is larger than ${maxBytes} bytes`);
    const content = readFileSync(fd);
    if (content.length > maxBytes)
      throw new SecretFailure("TOO_LARGE", `${path} is larger than ${maxBytes} bytes`);
    return content.toString("utf8");
  } finally {
    closeSync(fd);
  }
}

/**
 * Proves that a provider's program is the one the owner put there: an absolute path, no symlink, owned by this user,
 * writable for nobody else, inside `trustedDirs` when there are any. Throws `SecretFailure`.
 */
export function assertTrustedCommand(path: string, trustedDirs: readonly string[], owner: FileOwner): void {
  refuseWindows(path, owner);
  if (!isAbsolute(path) || normalize(path) !== path) throw untrusted(path, "must be an absolute path");
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new SecretFailure("NOT_FOUND", `command ${path} does not exist`);
  if (stat.isSymbolicLink()) throw untrusted(path, "must not be a symlink; name the file it points to");
  if (!stat.isFile()) throw untrusted(path, "must be a regular file");
  if ((stat.mode & 0o022) !== 0)
    throw untrusted(path, "must not be writable by group or others (chmod go-w)");
  if (stat.uid !== owner.uid) throw untrusted(path, "must be owned by the user who runs the gateway");
  const inside = (dir: string) => path.startsWith(dir.endsWith(sep) ? dir : dir + sep);
  if (trustedDirs.length > 0 && !trustedDirs.some(inside))
    throw untrusted(path, "must lie in one of trustedDirs");
}

function assertPrivate(path: string, stat: Stats, owner: FileOwner): void {
  if (!stat.isFile()) throw untrusted(path, "must be a regular file");
  if (owner.platform === "win32") return;
  if (stat.nlink > 1) throw untrusted(path, "must not be hardlinked; copy it into a new private file");
  if (stat.uid !== owner.uid) throw untrusted(path, "must be owned by the user who runs the gateway");
  if ((stat.mode & 0o077) !== 0) throw untrusted(path, "must be closed to group and others (chmod 600)");
}

/** Windows keeps its access rules where this program cannot verify them. */
function refuseWindows(path: string, owner: FileOwner): void {
  if (owner.platform === "win32")
    throw untrusted(path, "cannot be verified on Windows; use an env or store secret");
}

function untrusted(path: string, reason: string): SecretFailure {
  return new SecretFailure("UNTRUSTED_PATH", `${path} ${reason}`);
}
