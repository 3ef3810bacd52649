import { existsSync } from "node:fs";
import { join, win32 } from "node:path";
import type { Env } from "../config/index.ts";
import { accountHome, SERVICE_MARKER, type ServiceIdentity } from "./identity.ts";
import type { ServiceKind } from "./kind.ts";
import type { ServiceDefinition } from "./service.ts";

/** What decides how this gateway's service should look. */
export interface GatewayServiceFacts {
  readonly identity: ServiceIdentity;
  readonly env: Env;
  /** The port the service is to use; it stands in its command line, so that a change shows as drift. */
  readonly port: number;
  /** Where this program will be found after an upgrade, too; see `executable.ts`. */
  readonly executable: string;
  readonly version: string;
  /** A program that is started in place of the executable, with the same arguments (`--wrapper`). */
  readonly wrapper?: string | undefined;
  readonly allowUnconfigured?: boolean;
  /** Variables with secrets that the configuration refers to, as they are in this environment. */
  readonly secretEnvironment?: Readonly<Record<string, string>>;
}

/** The definition that this gateway's service should have, for any supervisor. */
export function gatewayDefinition(facts: GatewayServiceFacts): ServiceDefinition {
  const { identity, env, port, executable, version, wrapper, allowUnconfigured } = facts;
  const { profile } = identity;
  const details = [...(profile === undefined ? [] : [`profile: ${profile}`]), `v${version}`].join(", ");
  return {
    description: profile === undefined ? "OpenClaw Gateway" : `OpenClaw Gateway (${details})`,
    programArguments: [
      wrapper ?? executable,
      "gateway",
      "--port",
      String(port),
      ...(allowUnconfigured === true ? ["--allow-unconfigured"] : []),
    ],
    workingDirectory: accountHome(env),
    environment: {
      HOME: accountHome(env),
      ...(env.raw["TMPDIR"] !== undefined && { TMPDIR: env.raw["TMPDIR"] }),
      PATH: servicePath(env, identity.kind),
      ...(env.raw["OPENCLAW_HOME"] !== undefined && { OPENCLAW_HOME: env.home }),
      ...(env.stateDir !== undefined && { OPENCLAW_STATE_DIR: env.stateDir }),
      ...(env.configPath !== undefined && { OPENCLAW_CONFIG_PATH: env.configPath }),
      ...(profile !== undefined && { OPENCLAW_PROFILE: profile }),
      OPENCLAW_GATEWAY_PORT: String(port),
      [NAME_VARIABLE[identity.kind]]: identity.name,
      OPENCLAW_SERVICE_MARKER: SERVICE_MARKER,
      OPENCLAW_SERVICE_KIND: "gateway",
      OPENCLAW_SERVICE_VERSION: version,
      ...(wrapper !== undefined && { OPENCLAW_WRAPPER: wrapper }),
      ...(identity.kind !== "systemd" && { OPENCLAW_SERVICE_ENV_FILE: identity.secretsPath }),
    },
    secretEnvironment: facts.secretEnvironment ?? {},
  };
}

const NAME_VARIABLE: Readonly<Record<ServiceKind, string>> = {
  launchd: "OPENCLAW_LAUNCHD_LABEL",
  systemd: "OPENCLAW_SYSTEMD_UNIT",
  schtasks: "OPENCLAW_WINDOWS_TASK_NAME",
};

const SYSTEM_PATH: Readonly<Record<"launchd" | "systemd", readonly string[]>> = {
  launchd: ["/opt/homebrew/bin", "/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"],
  systemd: ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"],
};

/** Folders of programs that people install for themselves, below the home folder. */
const USER_BINS: readonly string[] = [
  ".local/bin",
  "bin",
  ".bun/bin",
  ".npm-global/bin",
  "go/bin",
  ".cargo/bin",
];

/**
 * `PATH` of a service: the system's folders and those of the user that exist; never what a shell happened to have, and
 * never a relative folder. Windows keeps the `PATH` of the account.
 */
function servicePath(env: Env, kind: ServiceKind): string {
  if (kind === "schtasks") {
    const dirs = (env.raw["PATH"] ?? env.raw["Path"] ?? "").split(";");
    return dirs.filter((dir) => win32.isAbsolute(dir)).join(";");
  }
  const user = USER_BINS.map((dir) => join(accountHome(env), dir)).filter((dir) => existsSync(dir));
  return [...SYSTEM_PATH[kind], ...user].join(":");
}
