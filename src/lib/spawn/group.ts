import { readdirSync, readFileSync } from "node:fs";
import { type Clock, pause } from "../clock.ts";

/** How often a group that was asked to end is looked at. */
const LOOK_MS = 10;

/** How long the end of killed processes is waited for: the system needs a moment, never more. */
const KILL_WAIT_MS = 50;

/** Processes of one walk; a fork bomb must not keep this thread busy. */
const MAX_TREE = 4_096;

/** Kills the group that `pid` leads at once; `fallback` where there are no groups or the group is gone. */
export function killGroup(pid: number, fallback: () => void): void {
  if (process.platform === "win32" || !signalGroup(pid, "SIGKILL")) fallback();
}

/**
 * Ends everything `pid` started: asks with SIGTERM, and after `graceMs` kills what is left. On Linux that includes
 * processes that left the group, as long as their parents are known. Resolves when nobody is there any more, at most
 * `KILL_WAIT_MS` after the grace.
 */
export async function endGroup(pid: number, graceMs: number, clock: Clock): Promise<void> {
  if (process.platform === "win32") {
    signal(pid, "SIGKILL");
    return;
  }
  // Before the first one dies: an orphan no longer says whose it was.
  const strays = descendants(pid);
  signalGroup(pid, "SIGTERM");
  for (const stray of strays) signal(stray, "SIGTERM");
  if (await gone(pid, strays, graceMs, clock)) return;
  const late = new Set([...strays, ...strays.flatMap(descendants), ...descendants(pid)]);
  signalGroup(pid, "SIGKILL");
  for (const stray of late) signal(stray, "SIGKILL");
  await gone(pid, [...late], KILL_WAIT_MS, clock);
}

/**
 * Ends every process of this account that has `entry` (`NAME=value`) in the environment it was started with: what left
 * its group and lost its parents still has that. On Linux; elsewhere the system does not tell. Resolves when they are gone,
 * as `endGroup` does; returns how many there were.
 */
export async function endMarked(entry: string, graceMs: number, clock: Clock): Promise<number> {
  if (process.platform !== "linux") return 0;
  const found = marked(entry);
  if (found.length === 0) return 0;
  for (const pid of found) signal(pid, "SIGTERM");
  await ended(found, graceMs, clock);
  const late = marked(entry);
  for (const pid of late) signal(pid, "SIGKILL");
  await ended(late, KILL_WAIT_MS, clock);
  return found.length;
}

async function ended(pids: readonly number[], waitMs: number, clock: Clock): Promise<void> {
  const deadline = clock.monotonic() + waitMs;
  while (pids.some(isAlive) && clock.monotonic() < deadline) await pause(clock, LOOK_MS);
}

function marked(entry: string): number[] {
  return processes().flatMap(({ pid }) => {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
      return pid !== process.pid && environment.includes(entry) ? [pid] : [];
    } catch {
      // Another account's, or gone.
      return [];
    }
  });
}

async function gone(
  pid: number,
  strays: readonly number[],
  patienceMs: number,
  clock: Clock,
): Promise<boolean> {
  const deadline = clock.monotonic() + patienceMs;
  while (groupExists(pid) || strays.some(isAlive)) {
    if (clock.monotonic() >= deadline) return false;
    await pause(clock, LOOK_MS);
  }
  return true;
}

/** True while a process of the group that `pid` led is there. */
export function groupExists(pid: number): boolean {
  if (process.platform === "win32" || !signalGroup(pid, 0)) return false;
  // The dead that nobody has fetched still take signals; where the system tells, they do not count.
  return process.platform !== "linux" || processes().some((one) => one.group === pid);
}

/** Every process below `pid`, as far as the system tells; empty where it does not. */
function descendants(pid: number): number[] {
  if (process.platform !== "linux") return [];
  const children = Map.groupBy(processes(), (one) => one.parent);
  const found: number[] = [];
  const queue = [pid];
  for (let next = queue.pop(); next !== undefined && found.length < MAX_TREE; next = queue.pop()) {
    const below = (children.get(next) ?? []).map((one) => one.pid);
    found.push(...below);
    queue.push(...below);
  }
  return found;
}

interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
}

/** Everything that runs on this machine, the dead left out. */
function processes(): ProcessFacts[] {
  return readdirSync("/proc").flatMap((entry) => (/^\d+$/.test(entry) ? (factsOf(Number(entry)) ?? []) : []));
}

function factsOf(pid: number): ProcessFacts | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name in parentheses may itself hold spaces and parentheses.
    const [state, parent, group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" || state === "X" ? undefined : { pid, parent: Number(parent), group: Number(group) };
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  return factsOf(pid) !== undefined;
}

function signalGroup(pid: number, what: NodeJS.Signals | 0): boolean {
  return signal(-pid, what);
}

function signal(pid: number, what: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, what);
  } catch {
    // Gone, or not ours any more: either way there is nothing left to end.
    return false;
  }
}
