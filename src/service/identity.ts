import { isAbsolute, join } from "node:path";
import type { Env, Paths } from "../config/index.ts";
import { ServiceError } from "./errors.ts";
import type { ServiceKind } from "./kind.ts";

/** The names of one gateway's service. */
export interface ServiceIdentity {
  readonly kind: ServiceKind;
  readonly profile: string | undefined;
  /** Label, unit or task name: what the supervisor calls it. */
  readonly name: string;
  /** Where its definition lies; for a task, where the XML is kept that it was made from. */
  readonly path: string;
  /** Where the secrets lie that must not stand in the definition. */
  readonly secretsPath: string;
  /** Where the supervisor writes what the gateway prints; `undefined` where that is no file. */
  readonly outputPath: string | undefined;
  /**
   * The state folder is not the one this name stands for (`OPENCLAW_STATE_DIR`, `OPENCLAW_HOME`), and no name of its own
   * was given: the account's service must not be touched from here.
   */
  readonly relocated: boolean;
}

export const SERVICE_MARKER = "openclaw";

/** `ai.openclaw.gateway` and `ai.openclaw.node` are taken, so no profile can be called so. */
const RESERVED_LABELS: readonly string[] = ["gateway", "node"];

/** Names the service of a gateway by its profile. @throws ServiceError for a profile that the supervisor cannot name, or a name that is none */
export function serviceIdentity(kind: ServiceKind, env: Env, paths: Paths): ServiceIdentity {
  const { profile, stateDir } = paths;
  const own = OVERRIDES[kind](env);
  if (own !== undefined && !OWN_NAME[kind].test(own.name)) {
    throw new ServiceError(
      "bad-name",
      `${own.variable} is no name of a service: ${JSON.stringify(own.name)}`,
      [`Give it a plain one, or unset ${own.variable}.`],
    );
  }
  if (own !== undefined && profile !== undefined && kind !== "systemd") {
    throw new ServiceError(
      "bad-profile",
      `A named profile has a service name of its own; unset ${own.variable}.`,
    );
  }
  const name = own?.name ?? serviceName(kind, profile);
  const secrets = kind === "systemd" ? "gateway.systemd.env" : join("service-env", `${fileName(name)}.env`);
  return {
    kind,
    profile,
    name,
    path: definitionPath(kind, env, stateDir, name),
    secretsPath: join(stateDir, secrets),
    outputPath: kind === "launchd" ? launchdOutputPath(env, profile) : undefined,
    relocated: own === undefined && stateDir !== usualStateDir(env, paths),
  };
}

/** The name a profile's service has. @throws ServiceError */
function serviceName(kind: ServiceKind, profile: string | undefined): string {
  switch (kind) {
    case "launchd":
      if (profile !== undefined && RESERVED_LABELS.includes(profile)) {
        throw new ServiceError(
          "bad-profile",
          `"${profile}" cannot be the name of a service's profile on macOS.`,
          ["Use another name: openclaw --profile rescue gateway install"],
        );
      }
      return `ai.openclaw.${profile ?? "gateway"}`;
    case "systemd":
      return `openclaw-gateway${profile === undefined ? "" : `-${profile}`}.service`;
    case "schtasks":
      return `OpenClaw Gateway${profile === undefined ? "" : ` (${profile})`}`;
  }
}

/** Where the definition of a service of this name lies. */
function definitionPath(kind: ServiceKind, env: Env, stateDir: string, name: string): string {
  switch (kind) {
    case "launchd":
      return join(accountHome(env), "Library", "LaunchAgents", `${name}.plist`);
    case "systemd":
      return join(systemdUserDir(env), name);
    case "schtasks":
      return join(stateDir, "gateway.task.xml");
  }
}

/** Where both outputs of a LaunchAgent go; launchd keeps none by itself. */
export function launchdOutputPath(env: Env, profile: string | undefined): string {
  const prefix = env.service.logPrefix ?? "gateway";
  const name = profile === undefined ? prefix : `${prefix}-${profile}`;
  return join(accountHome(env), "Library", "Logs", "openclaw", `${name}.log`);
}

/** The folder of the account's own units. */
export function systemdUserDir(env: Env): string {
  const configured = env.raw["XDG_CONFIG_HOME"];
  // A relative one has no meaning, by its own definition.
  const base = configured !== undefined && isAbsolute(configured) ? configured : undefined;
  return join(base ?? join(accountHome(env), ".config"), "systemd", "user");
}

/** Names that this profile's service had in earlier versions, newest era first. */
export function legacyNames(kind: ServiceKind, profile: string | undefined): readonly string[] {
  const dashed = profile === undefined ? "" : `-${profile}`;
  const dotted = profile ?? "gateway";
  switch (kind) {
    case "launchd":
      return [
        `com.openclaw.${dotted}`,
        `bot.molt.${dotted}`,
        `com.clawdbot.${dotted}`,
        ...(profile === undefined ? ["com.steipete.clawdbot.gateway"] : []),
      ];
    case "systemd":
      return [`moltbot-gateway${dashed}.service`, `clawdbot-gateway${dashed}.service`];
    case "schtasks":
      return ["Moltbot", "Clawdbot"].map(
        (era) => `${era} Gateway${profile === undefined ? "" : ` (${profile})`}`,
      );
  }
}

/** The home that the supervisor knows, whatever `OPENCLAW_HOME` says. */
export function accountHome(env: Env): string {
  return env.raw["HOME"] ?? env.raw["USERPROFILE"] ?? env.system.accountHome;
}

function usualStateDir(env: Env, { profile, stateDir }: Paths): string {
  const suffix = profile === undefined ? "" : `-${profile}`;
  const names = ["openclaw", "moltbot", "clawdbot"].map((name) =>
    join(accountHome(env), `.${name}${suffix}`),
  );
  return names.find((path) => path === stateDir) ?? names[0] ?? stateDir;
}

function fileName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9._-]+/g, "-");
}

interface Override {
  readonly name: string;
  readonly variable: string;
}

/** Names that are neither a path nor an option of the supervisor's programs. */
const OWN_NAME: Readonly<Record<ServiceKind, RegExp>> = {
  launchd: /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/,
  systemd: /^[A-Za-z0-9][A-Za-z0-9:_.@\\-]{0,246}\.service$/,
  schtasks: /^[^\s\p{Cc}<>:"/\\|?*-][^\p{Cc}<>:"/\\|?*]{0,199}$/u,
};

const OVERRIDES: Readonly<Record<ServiceKind, (env: Env) => Override | undefined>> = {
  launchd: ({ service }) => named(service.launchdLabel, "OPENCLAW_LAUNCHD_LABEL"),
  systemd: ({ service: { systemdUnit } }) =>
    named(
      systemdUnit === undefined || systemdUnit.endsWith(".service") ? systemdUnit : `${systemdUnit}.service`,
      "OPENCLAW_SYSTEMD_UNIT",
    ),
  schtasks: ({ service }) => named(service.windowsTaskName, "OPENCLAW_WINDOWS_TASK_NAME"),
};

function named(name: string | undefined, variable: string): Override | undefined {
  return name === undefined ? undefined : { name, variable };
}
