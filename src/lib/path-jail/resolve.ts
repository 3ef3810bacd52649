import { lstat, realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, parse, relative, resolve, sep } from "node:path";
import { asJailError, PathJailError, quoted, systemCode } from "./errors.ts";
import { assertForm } from "./form.ts";

/** Where foreign paths may lead. */
export interface Jail {
  /** Folder nothing may lead out of; undefined for a caller who may go anywhere. */
  readonly root: string | undefined;
  /** Folder relative paths start from; the root unless told. */
  readonly base?: string;
  /** True for a real path that is closed to everybody, wherever the root is. */
  readonly closed?: Closed | undefined;
}

export type Closed = (path: string) => boolean;

/** Where a foreign path leads. */
export interface Place {
  /** Without links, as the system names it. */
  readonly path: string;
  /** Something is there. */
  readonly exists: boolean;
  /** The jail's root without links; undefined for a caller who may go anywhere. */
  readonly root: string | undefined;
  readonly closed?: Closed | undefined;
}

/**
 * The real path a foreign one leads to: links followed, `..` gone, inside the jail. What does not exist yet is fine, when
 * the part of it that exists lies inside. A link that leads nowhere is refused. @throws PathJailError
 */
export async function resolveInside(jail: Jail, path: string): Promise<Place> {
  assertForm(path);
  const root = jail.root === undefined ? undefined : await realFolder(jail.root);
  const base = jail.base ?? jail.root ?? parse(resolve(path)).root;
  const wanted = isAbsolute(path) ? resolve(path) : resolve(base, path);
  const place = await realPlace(wanted, path);
  assertReachable(place.path, { root, closed: jail.closed }, path);
  return { ...place, root, closed: jail.closed };
}

/** True when `path` is `root` or below it; both real. */
export function isInside(root: string, path: string): boolean {
  if (path === root) return true;
  const way = relative(root, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** @throws PathJailError when a real path, named `named` by the caller, leads out or to what is closed */
export function assertReachable(
  path: string,
  { root, closed }: Pick<Place, "root" | "closed">,
  named: string,
) {
  if (root !== undefined && !isInside(root, path)) {
    throw new PathJailError("outside", `${quoted(named)} is outside the folder that may be used`);
  }
  if (closed?.(path) === true) {
    throw new PathJailError(
      "outside",
      `${quoted(named)} belongs to the gateway or the system and is closed to tools`,
    );
  }
}

async function realFolder(root: string): Promise<string> {
  try {
    return await realpath(root);
  } catch (error) {
    throw asJailError(error, root);
  }
}

/** Follows the links of the part that exists, and keeps the names of the rest. */
async function realPlace(wanted: string, named: string): Promise<Pick<Place, "path" | "exists">> {
  const rest: string[] = [];
  let known = wanted;
  while (true) {
    try {
      const real = await realpath(known);
      return { path: join(real, ...rest), exists: rest.length === 0 };
    } catch (error) {
      const code = systemCode(error);
      if (code !== "ENOENT") throw asJailError(error, named);
      if (await isThere(known)) {
        throw new PathJailError("link", `${quoted(named)} goes through a link that leads nowhere`);
      }
      const parent = dirname(known);
      if (parent === known) throw asJailError(error, named);
      rest.unshift(basename(known));
      known = parent;
    }
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}
