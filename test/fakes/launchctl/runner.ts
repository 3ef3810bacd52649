import { closeSync, existsSync, mkdirSync, openSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Run } from "./job.ts";
import { LaunchdState } from "./state.ts";

/** How often orders are looked for. */
const POLL_MS = 15;

/**
 * What launchd does for one loaded job: starts its program, starts it again when it has ended, and ends it when the job is
 * unloaded. Ends by itself when its folder is gone.
 */
async function runJob(home: string, label: string): Promise<void> {
  const state = new LaunchdState(home);
  const job = state.job(label);
  if (job === undefined) return;
  const folder = state.jobDir(label);
  const run: Run = {
    runner: process.pid,
    pid: null,
    state: "spawn scheduled",
    runs: 0,
    lastExitCode: null,
    lastSignal: null,
  };
  const save = () => {
    if (existsSync(folder)) state.save(job, run);
  };
  const taken = (order: string) => {
    const path = join(folder, `order-${order}`);
    const there = existsSync(path);
    if (there) rmSync(path);
    return there;
  };
  process.umask(job.umask);
  let child: Bun.Subprocess | undefined;
  let nextStart = 0;
  let killAt = Infinity;
  let stopping = false;

  const start = () => {
    mkdirSync(dirname(job.outPath), { recursive: true });
    const out = openSync(job.outPath, "a");
    try {
      child = Bun.spawn(job.programArguments, {
        cwd: job.workingDirectory,
        env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", ...job.environment, XPC_SERVICE_NAME: label },
        stdin: "ignore",
        stdout: out,
        stderr: out,
      });
      Object.assign(run, { pid: child.pid, state: "running", runs: run.runs + 1 });
    } catch {
      Object.assign(run, { pid: null, state: "spawn failed", runs: run.runs + 1, lastExitCode: 78 });
    } finally {
      closeSync(out);
    }
    nextStart = performance.now() + state.faults.throttleMs;
    save();
  };
  const end = () => {
    if (child === undefined || killAt !== Infinity) return;
    child.kill("SIGTERM");
    killAt = performance.now() + job.exitTimeoutMs;
  };

  for (;;) {
    const abandoned = !existsSync(folder);
    if (abandoned) child?.kill("SIGKILL");
    if (abandoned || taken("stop")) stopping = true;
    if (taken("kill")) {
      nextStart = 0;
      end();
    }
    if (taken("kick")) nextStart = 0;
    if (child !== undefined && (child.exitCode !== null || child.signalCode !== null)) {
      Object.assign(run, {
        pid: null,
        state: job.keepAlive ? "spawn scheduled" : "not running",
        lastExitCode: child.exitCode,
        lastSignal: child.signalCode,
      });
      child = undefined;
      killAt = Infinity;
      save();
    }
    if (performance.now() > killAt) child?.kill("SIGKILL");
    if (stopping && child === undefined) break;
    if (stopping) end();
    else if (child === undefined && performance.now() >= nextStart && (job.keepAlive || run.runs === 0))
      start();
    await Bun.sleep(POLL_MS);
  }
  // An order may come in the middle of it.
  while (existsSync(folder)) {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      await Bun.sleep(POLL_MS);
    }
  }
}

const [home, label] = process.argv.slice(2);
if (home !== undefined && label !== undefined) await runJob(home, label);
