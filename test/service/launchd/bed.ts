import { build, type PlistValue } from "plist";
import { chmodSync } from "node:fs";
import { readEnv, resolvePaths } from "../../../src/config/index.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import {
  gatewayDefinition,
  serviceIdentity,
  type ServiceDefinition,
  type ServiceMachine,
  thisMachine,
} from "../../../src/service/index.ts";
import { LaunchdService } from "../../../src/service/launchd/index.ts";
import { FakeLaunchctl } from "../../fakes/launchctl/index.ts";
import { tempHome, type TempHome } from "../../support/index.ts";

/** A Mac for one test: a home, a launchd, and a program that stands for the gateway. */
export interface Bed extends AsyncDisposable {
  readonly home: TempHome;
  readonly launchd: FakeLaunchctl;
  readonly machine: ServiceMachine;
  readonly service: LaunchdService;
  readonly label: string;
  readonly target: string;
  readonly plistPath: string;
  /** What the service should look like. */
  definition(change?: { port?: number; secrets?: Record<string, string> }): ServiceDefinition;
  /** Plants a property list of somebody else. */
  plant(label: string, plist?: Record<string, PlistValue>, folder?: string): Promise<string>;
}

export interface BedOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly profile?: string;
}

export async function bed(options: BedOptions = {}): Promise<Bed> {
  const home = await tempHome();
  const launchd = new FakeLaunchctl(home);
  const env = readEnv({ HOME: home.path, PATH: launchd.path, ...options.env });
  const paths = resolvePaths(env, { profile: options.profile });
  const machine = thisMachine(env, paths, systemClock);
  const identity = serviceIdentity("launchd", env, paths);
  // The real one drains within five seconds; this one has nothing to drain.
  const executable = await home.write("bin/openclaw", "#!/bin/sh\nexec sleep 600\n");
  chmodSync(executable, 0o755);
  return {
    home,
    launchd,
    machine,
    service: new LaunchdService(machine, identity, { library: home.at("Machine", "Library") }),
    label: identity.name,
    target: `gui/${env.system.uid}/${identity.name}`,
    plistPath: identity.path,
    definition: ({ port = 18_789, secrets = {} } = {}) =>
      gatewayDefinition({
        identity,
        env,
        port,
        executable,
        version: "2026.11.1",
        secretEnvironment: secrets,
      }),
    plant(label, plist = {}, folder = "Library/LaunchAgents") {
      const program = ["/usr/local/bin/clawdbot", "gateway", "--port", "18789"];
      const list = { Label: label, ProgramArguments: program, RunAtLoad: true, KeepAlive: true, ...plist };
      return home.write(`${folder}/${label}.plist`, build(list));
    },
    async [Symbol.asyncDispose]() {
      await launchd[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}
