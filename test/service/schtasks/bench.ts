import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readEnv, resolvePaths } from "../../../src/config/index.ts";
import { type Clock, systemClock } from "../../../src/lib/clock.ts";
import { runningGateway } from "../../../src/lib/locks/lock.ts";
import {
  gatewayDefinition,
  serviceIdentity,
  type ServiceDefinition,
  type ServiceIdentity,
  type ServiceMachine,
  thisMachine,
} from "../../../src/service/index.ts";
import { ScheduledTaskService } from "../../../src/service/schtasks/index.ts";
import { type FakeScheduler, fakeScheduler } from "../../fakes/schtasks/index.ts";
import { cleanEnv, type TempHome, tempHome } from "../../support/index.ts";

/** What stands in for the patience with a call that hangs, so that a test sees it run out; all others have the real one. */
const SHORT_PATIENCE_MS = 400;

/** A service on a machine whose Task Scheduler is a double, and a program that its task can run. */
export interface TaskBench extends AsyncDisposable {
  readonly home: TempHome;
  readonly scheduler: FakeScheduler;
  readonly machine: ServiceMachine;
  readonly identity: ServiceIdentity;
  readonly service: ScheduledTaskService;
  readonly definition: ServiceDefinition;
  /** The definition with another port. */
  definitionFor(port: number): ServiceDefinition;
  /** From now on these verbs never answer, and all others do. */
  hang(...verbs: string[]): void;
  /** A file below the Startup folder. */
  startup(name: string): string;
  stateFile(name: string): string;
}

export interface BenchOptions {
  readonly profile?: string;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Program of the task; by default one that runs until it is ended. */
  readonly script?: string;
  /** The clock runs faster than the world. */
  readonly hasty?: boolean;
}

export async function taskBench(options: BenchOptions = {}): Promise<TaskBench> {
  const { profile, secrets, script = "exec sleep 600", hasty = false } = options;
  const home = await tempHome();
  const scheduler = fakeScheduler(home.at("task-scheduler"));
  const roaming = home.at("AppData", "Roaming");
  const env = readEnv({
    ...cleanEnv(home.path),
    PATH: scheduler.path,
    USERNAME: "me",
    USERDOMAIN: "DESKTOP-1",
    APPDATA: roaming,
    ...(profile !== undefined && { OPENCLAW_PROFILE: profile }),
  });
  const paths = resolvePaths(env);
  const executable = await home.write("Program Files/openclaw.exe", `#!/bin/sh\n${script}\n`);
  chmodSync(executable, 0o755);
  const real = thisMachine(env, paths, hasty ? fastClock : systemClock);
  let hanging: readonly string[] = [];
  const machine: ServiceMachine = {
    ...real,
    run: (command, args, given = {}) =>
      real.run(command, args, {
        ...given,
        ...(hanging.includes(args[0] ?? "") && { timeoutMs: SHORT_PATIENCE_MS }),
      }),
  };
  const identity = serviceIdentity("schtasks", env, paths);
  const definitionFor = (port: number) =>
    gatewayDefinition({
      identity,
      env,
      port,
      executable,
      version: "2026.11.1",
      secretEnvironment: secrets ?? {},
    });
  return {
    home,
    scheduler,
    machine,
    identity,
    service: new ScheduledTaskService(machine, identity),
    definition: definitionFor(18_789),
    definitionFor,
    hang(...verbs) {
      hanging = verbs;
      scheduler.fail({ hangs: verbs });
    },
    startup: (name) => join(roaming, "Microsoft", "Windows", "Start Menu", "Programs", "Startup", name),
    stateFile: (name) => join(paths.stateDir, name),
    async [Symbol.asyncDispose]() {
      scheduler[Symbol.dispose]();
      const owner = runningGateway({ stateLockPath: paths.stateLockPath, clock: systemClock });
      if (owner !== undefined) process.kill(owner.pid, "SIGKILL");
      await home[Symbol.asyncDispose]();
    },
  };
}

const HASTE = 10;

const fastClock: Clock = {
  ...systemClock,
  monotonic: () => systemClock.monotonic() * HASTE,
  after: (ms, fn) => systemClock.after(ms / HASTE, fn),
};

/** The text of an XML file as the Task Scheduler takes it, its mark checked. */
export function utf16File(path: string): string {
  const bytes = readFileSync(path);
  if (bytes[0] !== 0xff || bytes[1] !== 0xfe) throw new Error(`${path} has no mark of UTF-16 LE`);
  return bytes.subarray(2).toString("utf16le");
}
