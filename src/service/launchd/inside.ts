import { childEnv, startDetached } from "../../lib/spawn/index.ts";
import type { ServiceMachine } from "../machine.ts";

/** The process list is a matter of milliseconds. */
const PROCESS_LIST_TIMEOUT_MS = 3_000;

/** Ancestors of one process; more is a loop in a list that changed while it was read. */
const MAX_ANCESTORS = 256;

/**
 * True when this process runs below `pid`: a command that the gateway itself runs would be ended together with it, before
 * it has done what it set out to do.
 */
export async function isBelow(machine: ServiceMachine, pid: number | undefined): Promise<boolean> {
  if (pid === undefined) return false;
  const list = await machine.run("ps", ["-A", "-o", "pid=,ppid="], { timeoutMs: PROCESS_LIST_TIMEOUT_MS });
  if (list === undefined || list.exitCode !== 0) return false;
  const parents = new Map<number, number>();
  for (const line of list.stdout.split("\n")) {
    const [child, parent] = line.trim().split(/\s+/).map(Number);
    if (child !== undefined && parent !== undefined) parents.set(child, parent);
  }
  let at: number | undefined = process.pid;
  for (let steps = 0; at !== undefined && steps < MAX_ANCESTORS; steps += 1) {
    if (at === pid) return true;
    at = parents.get(at);
  }
  return false;
}

/** What is to happen to the job once whoever asked for it may be gone. */
export type Handoff = "kickstart" | "reload" | "bootout";

/**
 * The steps, for the system's own shell: it stays when the gateway's file is replaced or its process ends. `$1` is the
 * job, `$2` its domain, `$3` the property list. A moment is left for saying what was scheduled.
 */
const SCRIPTS: Readonly<Record<Handoff, string>> = {
  kickstart: 'sleep 1; launchctl kickstart -k "$1"',
  bootout: 'sleep 1; launchctl bootout "$1"',
  reload: [
    "sleep 1",
    'launchctl bootout "$1"',
    "n=0",
    'while [ $n -lt 150 ] && launchctl print "$1"; do n=$((n+1)); sleep 0.2; done',
    "n=0",
    'until [ $n -ge 150 ] || launchctl bootstrap "$2" "$3" || launchctl print "$1"; do n=$((n+1)); sleep 0.2; done',
  ].join("\n"),
};

/** Has a process of its own carry out a step that ends this one. @throws Error when it cannot be started */
export function handOff(
  machine: ServiceMachine,
  step: Handoff,
  job: { readonly target: string; readonly domain: string; readonly plistPath: string },
): void {
  startDetached({
    command: "/bin/sh",
    args: ["-c", SCRIPTS[step], "openclaw-service", job.target, job.domain, job.plistPath],
    env: childEnv(machine.env.raw, ["PATH", "HOME", "USER", "LOGNAME"]),
    cwd: "/",
  });
}
