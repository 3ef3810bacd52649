import { readFileSync } from "node:fs";
import { readProgram } from "./spawn/index.ts";

/** Start times told by two clocks of one machine differ by rounding, never by this much for two owners of one pid. */
const START_TOLERANCE_MS = 3_000;

/** How long the process list may take to answer. */
const PROCESS_LIST_TIMEOUT_MS = 3_000;

/** Tells processes apart although the system uses their numbers again. */
export interface ProcessIdentity {
  /** When this process began, in the unit of this system. */
  readonly ownStart: number;
  /** When the child that was started just now began. */
  startOfFresh(pid: number): number;
  /** True when the process that began at `start` under `pid` is still there. */
  isRunning(pid: number, start: number | undefined): boolean;
}

/** The identity rules of this operating system. */
export function processIdentity(platform: NodeJS.Platform = process.platform): ProcessIdentity {
  if (platform === "linux") {
    return {
      ownStart: linuxStart(process.pid) ?? 0,
      startOfFresh: (pid) => linuxStart(pid) ?? 0,
      isRunning(pid, start) {
        const found = linuxStart(pid);
        return found !== undefined && (start === undefined || found === start);
      },
    };
  }
  return {
    ownStart: Math.round(performance.timeOrigin),
    // The process list is slow to ask, and a moment does not matter: see START_TOLERANCE_MS.
    startOfFresh: () => Date.now(),
    isRunning(pid, start) {
      if (!exists(pid)) return false;
      const found = platform === "win32" ? windowsStart(pid) : unixStart(pid);
      // A start time that cannot be read is no proof of death.
      return start === undefined || found === undefined || Math.abs(found - start) < START_TOLERANCE_MS;
    },
  };
}

/** Clock ticks between boot and start; undefined for a dead process, a zombie included. */
function linuxStart(pid: number): number | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return undefined;
  }
  return parseLinuxStat(stat);
}

/** Reads the start time (field 22) from `/proc/<pid>/stat`; undefined when the process has ended. */
export function parseLinuxStat(stat: string): number | undefined {
  // The name in parentheses may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state] = fields;
  const ticks = Number(fields[19]);
  return state === "Z" || state === "X" || !Number.isFinite(ticks) ? undefined : ticks;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and belongs to somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function unixStart(pid: number): number | undefined {
  return ask("ps", ["-o", "lstart=", "-p", String(pid)], Date.parse);
}

function windowsStart(pid: number): number | undefined {
  const script = `([DateTimeOffset](Get-Process -Id ${pid}).StartTime).ToUnixTimeMilliseconds()`;
  return ask("powershell.exe", ["-NoProfile", "-NonInteractive", "-Command", script], Number);
}

function ask(command: string, args: string[], parse: (text: string) => number): number | undefined {
  const text = readProgram({
    command,
    args,
    env: { LC_ALL: "C", SystemRoot: "C:\\Windows" },
    timeoutMs: PROCESS_LIST_TIMEOUT_MS,
  });
  const start = text === undefined ? Number.NaN : parse(text.trim());
  return Number.isFinite(start) ? start : undefined;
}
