import type { Clock } from "../../lib/clock.ts";
import { openEnv, startDetached } from "../../lib/spawn/index.ts";
import { ServiceError } from "../errors.ts";
import type { ServiceMachine } from "../machine.ts";
import { type GatewayProcess, waitFor } from "./gateway-process.ts";
import { isSchedulerCode, refused, type TaskScheduler } from "./scheduler.ts";
import type { StartupEntry } from "./startup-entry.ts";

/** What was told to run does so within this, or not at all. */
const RUN_TIMEOUT_MS = 10_000;

/** Runs a task and waits for a sign of it: success of `/Run` means nothing. @throws ServiceError */
export async function launchTask(
  name: string,
  scheduler: TaskScheduler,
  gateway: GatewayProcess,
  clock: Clock,
): Promise<void> {
  const before = await scheduler.runOf(name);
  const asked = await scheduler.run(name);
  if (!asked.ok) throw refused(`run the task "${name}"`, asked);
  const seen = await waitFor(clock, RUN_TIMEOUT_MS, async () => {
    if (gateway.owner() !== undefined) return "running";
    const run = await scheduler.runOf(name);
    if (run?.running === true) return "running";
    const result = run?.lastResult;
    const ended = result !== undefined && result !== before?.lastResult && !isSchedulerCode(result);
    return ended ? "ended" : undefined;
  });
  if (seen === "running") return;
  const result = (await scheduler.runOf(name))?.lastResult;
  throw new ServiceError(
    "failed",
    `The Task Scheduler took the order to run "${name}", but nothing runs (last result: ${resultText(result)}).`,
    [
      "A task starts in the session of a logged-on user: log on at the desktop, not only over SSH.",
      "See why the gateway ends: openclaw gateway run",
    ],
  );
}

/** Does now what the entry of the Startup folder does at logon. @throws ServiceError */
export async function launchEntry(
  { env, clock }: Pick<ServiceMachine, "env" | "clock">,
  startup: StartupEntry,
  gateway: GatewayProcess,
): Promise<void> {
  const launcher = startup.read();
  const [command, ...args] = launcher?.programArguments ?? [];
  if (launcher === undefined || command === undefined) {
    throw new ServiceError("failed", `${startup.scriptPath} is not one of ours.`, [
      "Write it anew: openclaw gateway install --force",
    ]);
  }
  // As after a logon: no secret that only this terminal knows.
  startDetached({ command, args, env: openEnv(env.raw, ["*"]), cwd: launcher.workingDirectory });
  if ((await waitFor(clock, RUN_TIMEOUT_MS, () => gateway.owner())) !== undefined) return;
  throw new ServiceError("failed", "The gateway was started, but does not run.", [
    "See why it ends: openclaw gateway run",
  ]);
}

function resultText(result: number | undefined): string {
  if (result === undefined) return "unknown";
  return result > 255 || result < 0 ? `0x${(result >>> 0).toString(16)}` : `exit code ${result}`;
}
