import { type Clock, pause } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import { type PortOwner, portOwners, type RunTool } from "../../lib/port-owner.ts";
import { StartRefusal } from "./refusals/refusal.ts";

/** Time a listener has to go after SIGTERM. */
const TERM_GRACE_MS = 700;

/** Time all listeners have to go, SIGKILL included. */
const KILL_BUDGET_MS = 2_000;

/** Time the kernel may take to give the port back. */
const FREE_BUDGET_MS = 3_000;

const POLL_MS = 100;

export interface ForceDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly run: RunTool;
  readonly signal: (pid: number, signal: "SIGTERM" | "SIGKILL") => void;
  readonly ownPid: number;
}

/**
 * Frees `port` by ending who listens on it: SIGTERM, then SIGKILL. Never ends this process.
 * @throws StartRefusal without `lsof`, or when the port stays busy.
 */
export async function freePort(port: number, deps: ForceDeps): Promise<void> {
  const startedAt = deps.clock.monotonic();
  const elapsed = (): number => deps.clock.monotonic() - startedAt;
  let owners = await listenersOn(port, deps);
  if (owners.length === 0) return;
  const ended = new Set<number>();
  for (const owner of owners) end(owner, "SIGTERM", port, deps, ended);

  let escalated = false;
  while (owners.length > 0 && elapsed() < KILL_BUDGET_MS + FREE_BUDGET_MS) {
    await pause(deps.clock, POLL_MS);
    owners = await listenersOn(port, deps);
    if (!escalated && owners.length > 0 && elapsed() >= TERM_GRACE_MS) {
      escalated = true;
      deps.log.warn(`force: escalated to SIGKILL while freeing port ${port}`);
      for (const owner of owners) end(owner, "SIGKILL", port, deps, ended);
    }
  }
  if (owners.length > 0) {
    const pids = owners.map((owner) => owner.pid).join(", ");
    throw new StartRefusal(1, [
      `Could not free port ${port}: pid ${pids} still listens after SIGKILL.`,
      `Pick another port (--port), or stop it yourself: kill ${pids}`,
    ]);
  }
  deps.log.info(`force: waited ${Math.round(elapsed())}ms for port ${port} to free`);
}

async function listenersOn(port: number, deps: ForceDeps): Promise<PortOwner[]> {
  const owners = await portOwners(port, deps.run);
  if (!owners) {
    throw new StartRefusal(1, [
      "lsof not found; required for --force",
      "Install lsof, or stop what listens on the port yourself and start without --force.",
    ]);
  }
  return owners.filter((owner) => owner.pid !== deps.ownPid);
}

function end(
  owner: PortOwner,
  signal: "SIGTERM" | "SIGKILL",
  port: number,
  deps: ForceDeps,
  ended: Set<number>,
): void {
  try {
    deps.signal(owner.pid, signal);
    if (!ended.has(owner.pid))
      deps.log.warn(`force: killed pid ${owner.pid} (${owner.command}) on port ${port}`);
    ended.add(owner.pid);
  } catch (error) {
    // It may have gone by itself; the poll tells whether the port is free.
    deps.log.warn(`force: could not signal pid ${owner.pid}`, { error });
  }
}
