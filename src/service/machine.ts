import type { Env, Paths } from "../config/index.ts";
import type { Clock } from "../lib/clock.ts";
import type { GatewayOwner } from "../lib/locks/index.ts";
import { childEnv, findProgram, runProgram } from "../lib/spawn/index.ts";

/** What a supervisor's own program said. */
export interface ToolAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** It did not answer in time and was ended. */
  readonly timedOut: boolean;
}

/** What every back end works with. */
export interface ServiceMachine {
  readonly env: Env;
  readonly paths: Paths;
  readonly clock: Clock;
  /**
   * Asks the gateway that runs to end by itself once what is running was given its time; `false` when it cannot be asked.
   * For a supervisor that knows no gentler end than killing. Absent where nobody can ask.
   */
  readonly askToEnd?: (owner: GatewayOwner) => Promise<boolean>;
  /** Runs a program of the system, such as `systemctl`; `undefined` when it is not installed. */
  run(
    command: string,
    args: readonly string[],
    options?: {
      readonly timeoutMs?: number;
      /** Variables it gets beside those that all of them get. */
      readonly env?: Readonly<Record<string, string>>;
    },
  ): Promise<ToolAnswer | undefined>;
}

/** Time a supervisor's program has to answer; stopping a gateway takes as long as its drain. */
const TOOL_TIMEOUT_MS = 60_000;

const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;

/** What the supervisors' programs need to find their bus, session and folders. */
const TOOL_ENV = [
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "LANG",
  "XDG_RUNTIME_DIR",
  "XDG_CONFIG_HOME",
  "DBUS_SESSION_BUS_ADDRESS",
  "SystemRoot",
  "SystemDrive",
  "windir",
  "USERNAME",
  "USERDOMAIN",
  "USERPROFILE",
  "APPDATA",
  "LOCALAPPDATA",
  "TEMP",
  "TMP",
] as const;

/** The machine this process runs on. */
export function thisMachine(env: Env, paths: Paths, clock: Clock): ServiceMachine {
  // Windows calls it Path.
  const path = env.raw["PATH"] ?? env.raw["Path"] ?? "";
  const variables: Record<string, string> = { ...childEnv(env.raw, TOOL_ENV), PATH: path, LC_ALL: "C" };
  return {
    env,
    paths,
    clock,
    async run(command, args, { timeoutMs = TOOL_TIMEOUT_MS, env: extra = {} } = {}) {
      const found = findProgram(command, path);
      if (found === undefined) return undefined;
      const { end, exitCode, stdout, stderr } = await runProgram({
        command: found,
        args,
        env: { ...variables, ...extra },
        timeoutMs,
        maxOutputBytes: MAX_OUTPUT_BYTES,
      });
      return { exitCode: exitCode ?? -1, stdout, stderr, timedOut: end === "timeout" };
    },
  };
}
