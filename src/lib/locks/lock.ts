import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Clock } from "../clock.ts";
import type { Ids } from "../ids.ts";
import { type LockHolder, type LockRules, readLock, releaseLock, rewriteLock, tryLock } from "./lock-file.ts";
import { type ProcessIdentity, processIdentity } from "../process-identity.ts";

/** Between two tries while another gateway may be on its way out. */
const RETRY_MS = 50;

/** What a crash in the middle of a takeover leaves beside a lock is removed after this. */
const LITTER_AGE_MS = 60_000;

/** Who holds a gateway's locks; the content of both files. */
export interface GatewayOwner extends LockHolder {
  /** ISO time. */
  readonly createdAt: string;
  readonly configPath: string;
  readonly stateDir: string;
  readonly port?: number | undefined;
  readonly version?: string | undefined;
}

/** What to lock, and as whom. */
export interface LockOptions {
  /** The lock of the state folder; its own folder is made (0700) when missing. */
  readonly stateLockPath: string;
  /** The lock of the configuration file; kept beside the state lock when its own folder is not writable. */
  readonly configLockPath: string;
  readonly configPath: string;
  readonly stateDir: string;
  /** The port asked for; `update` tells the real one later. */
  readonly port?: number;
  readonly version: string;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Leaves the per-config lock out (`OPENCLAW_ALLOW_MULTI_GATEWAY=1`); the state lock always holds. */
  readonly allowMulti?: boolean;
  /** How long to wait for a holder to go; 0 (unless told) answers at once. */
  readonly waitMs?: number;
  readonly processes?: ProcessIdentity;
}

/** Both locks, held until `release`. */
export interface GatewayLock extends Disposable {
  readonly owner: GatewayOwner;
  /** Writes the port that was really bound. */
  update(change: { readonly port: number }): void;
  /** Gives the locks back; safe to call twice. */
  release(): void;
}

/** Another gateway uses the same state folder or configuration. */
export class GatewayRunningError extends Error {
  override readonly name = "GatewayRunningError";

  constructor(
    readonly lockPath: string,
    /** Undefined when the lock could not be read. */
    readonly owner: GatewayOwner | undefined,
    readonly waitedMs: number,
  ) {
    const who = owner === undefined ? "" : ` (pid ${owner.pid})`;
    const details = [
      owner?.port === undefined ? undefined : `port ${owner.port}`,
      owner?.version === undefined ? undefined : `version ${owner.version}`,
      owner === undefined ? undefined : `since ${owner.createdAt}`,
      `lock ${lockPath}`,
    ].filter((part) => part !== undefined);
    super(
      `gateway already running${who}; lock timeout after ${waitedMs}ms. ` +
        `It holds ${details.join(", ")}. Use it, or stop it with: openclaw gateway stop`,
    );
  }
}

/**
 * Makes this process the only gateway on its state folder and configuration. A lock whose process has died (or whose number
 * now belongs to another process) is taken over. @throws GatewayRunningError
 */
export async function lockGateway(options: LockOptions): Promise<GatewayLock> {
  const { clock, ids, configPath, stateDir, port, version, waitMs = 0 } = options;
  const processes = options.processes ?? processIdentity();
  const rules = rulesOf(processes, clock);
  let owner: GatewayOwner = {
    pid: process.pid,
    ownerId: ids.uuid(),
    createdAt: new Date(clock.now()).toISOString(),
    configPath,
    stateDir,
    port,
    version,
    startTime: processes.ownStart,
  };
  const { stateLockPath, configLockPath } = options;
  const wanted = options.allowMulti === true ? [stateLockPath] : [stateLockPath, configLockPath];
  const held: string[] = [];
  const release = () => {
    for (const path of held.splice(0).reverse()) releaseLock(path, owner.ownerId, rules);
  };
  const began = clock.monotonic();
  try {
    for (const path of wanted) {
      const wait = { rules, clock, giveUpAt: began + waitMs, began };
      const taken = await takeWhereWritable(path, dirname(stateLockPath), owner, wait);
      held.push(taken);
      sweep(taken, clock);
    }
  } catch (error) {
    release();
    throw error;
  }
  return {
    get owner() {
      return owner;
    },
    update(change) {
      owner = { ...owner, ...change };
      for (const path of held) rewriteLock(path, owner);
    },
    release,
    [Symbol.dispose]: release,
  };
}

/** Who holds the state lock now; undefined when nobody living does. For commands that look for a running gateway. */
export function runningGateway(
  options: Pick<LockOptions, "stateLockPath" | "clock" | "processes">,
): GatewayOwner | undefined {
  const rules = rulesOf(options.processes ?? processIdentity(), options.clock);
  const owner = readLock(options.stateLockPath, rules);
  return owner !== undefined && rules.isRunning(owner) ? owner : undefined;
}

/** One lock file, as found. */
export type LockFinding =
  | { readonly state: "free" }
  | { readonly state: "held"; readonly owner: GatewayOwner }
  /** Left by a process that has ended, or not readable; the next start takes it over. */
  | { readonly state: "stale"; readonly pid: number | undefined };

/** Looks at a lock file without touching it. */
export function inspectLock(path: string, options: Pick<LockOptions, "clock" | "processes">): LockFinding {
  const rules = rulesOf(options.processes ?? processIdentity(), options.clock);
  const owner = readLock(path, rules);
  if (owner === undefined) return existsSync(path) ? { state: "stale", pid: undefined } : { state: "free" };
  return rules.isRunning(owner) ? { state: "held", owner } : { state: "stale", pid: owner.pid };
}

interface Wait {
  readonly rules: LockRules<GatewayOwner>;
  readonly clock: Clock;
  readonly began: number;
  readonly giveUpAt: number;
}

/** What systems answer where nothing may be written. */
const NOT_WRITABLE: ReadonlySet<unknown> = new Set(["EACCES", "EPERM", "EROFS"]);

/** A config may lie where only its administrator writes; its lock is kept with the state then. Returns where it is. */
async function takeWhereWritable(
  path: string,
  fallbackDir: string,
  owner: GatewayOwner,
  wait: Wait,
): Promise<string> {
  try {
    await take(path, owner, wait);
    return path;
  } catch (error) {
    const refused = error instanceof Error && "code" in error && NOT_WRITABLE.has(error.code);
    const fallback = join(fallbackDir, basename(path));
    if (!refused || fallback === path) throw error;
    await take(fallback, owner, wait);
    return fallback;
  }
}

async function take(
  path: string,
  owner: GatewayOwner,
  { rules, clock, began, giveUpAt }: Wait,
): Promise<void> {
  // The clock's timers do not keep a process alive, and at this moment nothing else may.
  const alive = setInterval(() => {}, LITTER_AGE_MS);
  try {
    while (true) {
      const result = tryLock(path, owner, rules);
      if (result.held) return;
      const now = clock.monotonic();
      if (now >= giveUpAt) throw new GatewayRunningError(path, result.owner, Math.round(now - began));
      await new Promise<void>((resolve) => void clock.after(RETRY_MS, resolve));
    }
  } finally {
    clearInterval(alive);
  }
}

function rulesOf(processes: ProcessIdentity, clock: Clock): LockRules<GatewayOwner> {
  return {
    parse: parseOwner,
    isRunning: ({ pid, startTime }) => processes.isRunning(pid, startTime),
    now: () => clock.now(),
  };
}

function parseOwner(value: unknown): GatewayOwner | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const field = (name: string): unknown => Reflect.get(value, name);
  const text = (name: string) => {
    const found = field(name);
    return typeof found === "string" ? found : "";
  };
  const number = (name: string) => {
    const found = field(name);
    return typeof found === "number" ? found : undefined;
  };
  const pid = number("pid");
  if (pid === undefined || !Number.isInteger(pid) || pid <= 0) return undefined;
  const version = field("version");
  return {
    pid,
    ownerId: text("ownerId"),
    createdAt: text("createdAt"),
    configPath: text("configPath"),
    stateDir: text("stateDir"),
    port: number("port"),
    version: typeof version === "string" ? version : undefined,
    startTime: number("startTime"),
  };
}

function sweep(path: string, clock: Clock): void {
  const prefix = `${basename(path)}.`;
  for (const name of readdirSync(dirname(path))) {
    if (!name.startsWith(prefix)) continue;
    const file = join(dirname(path), name);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat !== undefined && clock.now() - stat.mtimeMs > LITTER_AGE_MS) rmSync(file, { force: true });
  }
}
