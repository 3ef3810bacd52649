import {
  constants,
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

/** An unreadable lock this young may be in the making by a program that does not write it in one step. */
const UNREADABLE_GRACE_MS = 2_000;

/** Takeovers of takeovers that are followed; each level is a crash inside a window of microseconds. */
const MAX_TAKEOVER_DEPTH = 8;

/** What file systems without hard links (exFAT, some network shares) answer. */
const NO_HARD_LINKS: ReadonlySet<unknown> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

/** What every lock file says about its owner. */
export interface LockHolder {
  readonly pid: number;
  /** Unique to this taking of the lock. */
  readonly ownerId: string;
  /** Start of the process, as `ProcessIdentity.ownStart`. */
  readonly startTime?: number | undefined;
}

/** The result of one try. `owner` is undefined when the holder could not be read. */
export type LockTry<T extends LockHolder> =
  { readonly held: true } | { readonly held: false; readonly owner: T | undefined };

/** How lock files are read and judged. */
export interface LockRules<T extends LockHolder> {
  /** Parses a lock file; undefined when it is none. */
  readonly parse: (value: unknown) => T | undefined;
  readonly isRunning: (holder: LockHolder) => boolean;
  /** Wall clock, epoch ms. */
  readonly now: () => number;
}

interface Found<T> {
  readonly owner: T | undefined;
  /** Names this very file: never the same for two takings. */
  readonly token: string;
  readonly ageMs: number;
}

/**
 * Tries once to take the lock at `path` for `me`.
 *
 * A lock appears whole or not at all (written aside, then linked). One left by a dead process is taken over by exactly one
 * process: whoever links the file named after the dead owner may replace that owner's lock, after reading once more that it
 * is still there. A process that dies while taking over leaves a lock of the same kind, which is taken over the same way.
 */
export function tryLock<T extends LockHolder>(
  path: string,
  me: T,
  rules: LockRules<T>,
  depth = 0,
): LockTry<T> {
  const mine = `${path}.${me.ownerId}`;
  try {
    writeWhole(mine, me);
    if (link(mine, path)) return { held: true };
    const found = read(path, rules);
    if (found === undefined) return link(mine, path) ? { held: true } : { held: false, owner: undefined };
    if (!isStale(found, rules) || depth >= MAX_TAKEOVER_DEPTH) return { held: false, owner: found.owner };

    const claim = `${path}.${found.token}`;
    const claimed = tryLock(claim, me, rules, depth + 1);
    if (!claimed.held) {
      // Either somebody has taken the lock over by now, or the one who holds the claim is about to.
      const now = read(path, rules);
      return {
        held: false,
        owner: now === undefined || now.token === found.token ? claimed.owner : now.owner,
      };
    }
    try {
      const now = read(path, rules);
      if (now?.token !== found.token) return { held: false, owner: now?.owner };
      renameSync(mine, path);
      return { held: true };
    } finally {
      rmSync(claim, { force: true });
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Rewrites a lock that the caller holds, in one step. */
export function rewriteLock<T extends LockHolder>(path: string, me: T): void {
  const mine = `${path}.${me.ownerId}`;
  writeWhole(mine, me);
  renameSync(mine, path);
}

/** Removes the lock if `ownerId` still holds it. */
export function releaseLock<T extends LockHolder>(path: string, ownerId: string, rules: LockRules<T>): void {
  if (read(path, rules)?.owner?.ownerId === ownerId) rmSync(path, { force: true });
}

/** The holder written at `path`, whether it lives or not; undefined when there is none. */
export function readLock<T extends LockHolder>(path: string, rules: LockRules<T>): T | undefined {
  return read(path, rules)?.owner;
}

function isStale<T extends LockHolder>(found: Found<T>, rules: LockRules<T>): boolean {
  return found.owner === undefined ? found.ageMs > UNREADABLE_GRACE_MS : !rules.isRunning(found.owner);
}

function read<T extends LockHolder>(path: string, rules: LockRules<T>): Found<T> | undefined {
  try {
    const stat = statSync(path);
    const text = readFileSync(path, "utf8");
    const owner = rules.parse(parseJson(text));
    const name = owner?.ownerId ?? `${stat.ino}-${stat.mtimeMs}-${text}`;
    const token = Bun.SHA256.hash(name, "hex").slice(0, 16);
    return { owner, token, ageMs: rules.now() - stat.mtimeMs };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function writeWhole(path: string, content: LockHolder): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // Not flushed: what a power cut leaves empty is older than the grace when the machine is up again.
  writeFileSync(path, `${JSON.stringify(content)}\n`, { mode: 0o600 });
}

/** True when `to` did not exist and is now the file `from`. */
function link(from: string, to: string): boolean {
  try {
    try {
      linkSync(from, to);
    } catch (error) {
      if (!NO_HARD_LINKS.has(codeOf(error))) throw error;
      // Not in one step, which is what the grace for unreadable locks is for.
      copyFileSync(from, to, constants.COPYFILE_EXCL);
    }
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
