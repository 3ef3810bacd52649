import type { ServiceIdentity } from "./identity.ts";
import type { ServiceKind } from "./kind.ts";

/** What the supervisor is to run, the same for all three. */
export interface ServiceDefinition {
  readonly description: string;
  /** The executable (absolute) and its arguments; no shell reads them. */
  readonly programArguments: readonly string[];
  readonly workingDirectory: string;
  /** Stands in the unit, plist or task for everybody to read: never a secret. */
  readonly environment: Readonly<Record<string, string>>;
  /** Variables that hold secrets; kept in a file of their own (0600) that the gateway reads when it starts. */
  readonly secretEnvironment: Readonly<Record<string, string>>;
}

/** A definition as it was found on the machine. */
export interface InstalledCommand {
  readonly programArguments: readonly string[];
  readonly workingDirectory: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  /** Where each variable stands: in the definition itself, or in the private file beside it. */
  readonly environmentValueSources: Readonly<Record<string, "inline" | "file">>;
  /** The unit, plist or task file. */
  readonly sourcePath: string;
}

/** What the supervisor says of the process. `unknown` when it could not be asked. */
export interface ServiceRuntime {
  readonly status: "running" | "stopped" | "unknown";
  /** The supervisor's own word, such as `active` or `spawn scheduled`. */
  readonly state?: string;
  readonly subState?: string;
  readonly pid?: number;
  readonly lastExitStatus?: number;
  readonly lastExitReason?: string;
  /** There is no unit, job or task of this name. */
  readonly missingUnit?: boolean;
  readonly inspectionFailure?: {
    readonly code: string;
    readonly detail: string;
    /** What a person does about it, when that is more than one command. */
    readonly hints?: readonly string[];
  };
  /** Facts only one supervisor knows, under its name: `systemd: {unit, killMode, nRestarts …}`. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface ServiceStatus {
  /** For people: `systemd user`, `LaunchAgent`, `Scheduled Task`. */
  readonly label: string;
  /** A definition of ours exists. */
  readonly installed: boolean;
  /** The supervisor will start it by itself: enabled, loaded, registered. */
  readonly loaded: boolean;
  readonly loadedText: string;
  readonly notLoadedText: string;
  /** The operator has stopped it for good (`stop --disable`): no repair may start it again. */
  readonly disabledByOperator: boolean;
  readonly command: InstalledCommand | undefined;
  readonly runtime: ServiceRuntime;
  /** Facts of this supervisor for `--json`, beside the common ones: `systemdInstallation` … */
  readonly details: Readonly<Record<string, unknown>>;
}

/** What keeps a service from working, seen before anything is written. */
export interface Obstacle {
  readonly code: "no-user-bus" | "no-linger" | "system-service" | "no-session" | "not-stable-path";
  /** `true`: an install would fail or claim what is not so. Otherwise it is a warning. */
  readonly fatal: boolean;
  readonly message: string;
  /** The one command, or setting, that mends it. */
  readonly fix: string;
}

export type OperationResult =
  | "installed"
  | "already-installed"
  | "uninstalled"
  | "started"
  | "already-running"
  | "stopped"
  | "not-loaded"
  | "restarted"
  | "scheduled";

/** What an operation did. */
export interface Operation {
  readonly result: OperationResult;
  /** In the words a person reads: `Installed systemd service: <path>`. */
  readonly messages: readonly string[];
  readonly warnings: readonly string[];
}

/** One difference between what is installed and what should be. */
export interface AuditIssue {
  /** From the documented list: `gateway-port-mismatch`, `systemd-restart-sec` … */
  readonly code: string;
  readonly message: string;
  /** `aggressive` ones are written anew only by `--force`: somebody may have meant them. */
  readonly level: "recommended" | "aggressive";
  readonly detail?: string;
}

/** A service on this machine that runs a gateway and is not ours, or that has an older name. */
export interface ForeignService {
  readonly platform: "darwin" | "linux" | "win32";
  readonly label: string;
  /** `unit: <path>`, `plist: <path>`, `task: <name>`. */
  readonly detail: string;
  readonly scope: "user" | "system";
  readonly marker: "openclaw" | "clawdbot" | "moltbot";
  /** An earlier name of this very program: install and doctor may remove it. */
  readonly legacy: boolean;
  readonly running?: boolean;
  /** Commands that look at it and remove it. */
  readonly cleanup: readonly string[];
}

/**
 * One gateway's service with one supervisor. Operations either did what they say when they resolve, as far as the
 * supervisor can tell, or throw `ServiceError`; whether the gateway answers is for the caller to probe.
 */
export interface Service {
  readonly kind: ServiceKind;
  readonly identity: ServiceIdentity;
  status(): Promise<ServiceStatus>;
  /** Looked at before an install. */
  obstacles(): Promise<readonly Obstacle[]>;
  /**
   * Writes the definition, tells the supervisor and starts the gateway. An installed service is left as it is
   * (`already-installed`) unless `force`; a failed replacement puts the old definition back. Services of earlier names
   * are removed.
   */
  install(definition: ServiceDefinition, options: { readonly force: boolean }): Promise<Operation>;
  /** Writes the definition anew and keeps the state: one that ran is restarted, one that was stopped stays so. */
  refresh(definition: ServiceDefinition): Promise<Operation>;
  /** An absent service counts as done. */
  uninstall(): Promise<Operation>;
  start(): Promise<Operation>;
  /** An absent or stopped service counts as done. `disable` also keeps it from starting by itself, until `start`. */
  stop(options: { readonly disable: boolean }): Promise<Operation>;
  restart(): Promise<Operation>;
  /** Compares what is installed with what should be; empty when nothing is installed. */
  audit(expected: ServiceDefinition): Promise<readonly AuditIssue[]>;
  /** Gateway-like services that are not this one and not those of other profiles. `deep` looks beyond the user's own. */
  others(options: { readonly deep: boolean }): Promise<readonly ForeignService[]>;
  /** Stops and removes a service of an earlier name; says what was done. Its files are kept as `.bak` where they were. */
  removeLegacy(service: ForeignService): Promise<readonly string[]>;
}
