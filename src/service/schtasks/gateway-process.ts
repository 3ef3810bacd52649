import type { Clock } from "../../lib/clock.ts";
import { type GatewayOwner, runningGateway } from "../../lib/locks/index.ts";
import { ServiceError } from "../errors.ts";
import type { ServiceMachine } from "../machine.ts";

/** Between two looks at what is expected to change. */
const LOOK_MS = 100;

/** What a task that was ended may take to be gone. */
const TASK_END_MS = 5_000;

/** A gateway drains for 15 s before it goes. */
const PROCESS_END_MS = 30_000;

/** The gateway of this state folder, as its lock tells. */
export class GatewayProcess {
  constructor(private readonly machine: ServiceMachine) {}

  /** Who holds the lock; `undefined` when nobody living does. */
  owner(): GatewayOwner | undefined {
    const { paths, clock } = this.machine;
    return runningGateway({ stateLockPath: paths.stateLockPath, clock });
  }

  /** Waits for what an ended task leaves behind; `false` when the gateway is still there. */
  async isGoneAfterEnd(): Promise<boolean> {
    return (await waitFor(this.machine.clock, TASK_END_MS, () => this.owner() === undefined)) === true;
  }

  /** Has the gateway end by itself; `false` when it cannot be asked, or is still there when its time is over. */
  async endsWhenAsked(owner: GatewayOwner): Promise<boolean> {
    const { askToEnd, clock } = this.machine;
    if (askToEnd === undefined || !(await askToEnd(owner))) return false;
    const isGone = () => this.owner()?.ownerId !== owner.ownerId;
    return (await waitFor(clock, PROCESS_END_MS, isGone)) === true;
  }

  /** Ends one process, told apart from later ones of its number by its start. @throws ServiceError `timeout` */
  async end({ pid, ownerId }: GatewayOwner): Promise<void> {
    const still = () => this.owner()?.ownerId === ownerId;
    if (!still()) return;
    // On Windows a process that is killed leaves what it started; the tree has to be named.
    const ended = await this.machine.run("taskkill", ["/PID", String(pid), "/T", "/F"]);
    if (ended === undefined && still()) terminate(pid);
    if ((await waitFor(this.machine.clock, PROCESS_END_MS, () => !still())) === true) return;
    throw new ServiceError("timeout", `The gateway (pid ${pid}) is still running.`, [
      `End it by hand: taskkill /PID ${pid} /T /F`,
    ]);
  }
}

/** The first answer that is not `undefined` or `false`; `undefined` when there was none in time. */
export async function waitFor<T>(
  clock: Clock,
  timeoutMs: number,
  look: () => T | undefined | Promise<T | undefined>,
): Promise<T | undefined> {
  // The clock's timers do not keep a process alive, and at this moment nothing else may.
  const alive = setInterval(() => {}, PROCESS_END_MS);
  try {
    const deadline = clock.monotonic() + timeoutMs;
    for (;;) {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      if (clock.monotonic() >= deadline) return undefined;
      await new Promise<void>((resolve) => void clock.after(LOOK_MS, resolve));
    }
  } finally {
    clearInterval(alive);
  }
}

function terminate(pid: number): void {
  try {
    process.kill(pid, "SIGTERM");
  } catch {
    // It went by itself.
  }
}
