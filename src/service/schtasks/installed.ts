import type { Env } from "../../config/index.ts";
import { ServiceError } from "../errors.ts";
import type { ServiceIdentity } from "../identity.ts";
import { readSecretsFile } from "../secrets-file.ts";
import type { InstalledCommand } from "../service.ts";
import { environmentPath } from "./environment-file.ts";
import { type Refusal, refused, type TaskScheduler } from "./scheduler.ts";
import type { StartupEntry } from "./startup-entry.ts";
import { commandOf, directoryOf, isEnabled, type TaskFields } from "./task-reading.ts";
import { SERVICE_ENV_OPTION } from "./task-xml.ts";

/** How the gateway's service is there, if it is. */
export type Installed =
  | { readonly how: "task"; readonly xml: string; readonly task: TaskFields; readonly enabled: boolean }
  | { readonly how: "startup"; readonly enabled: boolean }
  | { readonly how: "none" }
  /** The Task Scheduler did not say. */
  | { readonly how: "unknown"; readonly refusal: Refusal };

/** Looks for the task, and for the entry of the Startup folder that stands in for one. */
export async function lookFor(
  { name }: ServiceIdentity,
  scheduler: TaskScheduler,
  startup: StartupEntry,
): Promise<Installed> {
  const found = await scheduler.find(name);
  if (found.state === "found") {
    return { how: "task", xml: found.xml, task: found.task, enabled: isEnabled(found.task) };
  }
  if (startup.isActive) return { how: "startup", enabled: true };
  if (startup.read() !== undefined) return { how: "startup", enabled: false };
  return found.state === "missing" ? { how: "none" } : { how: "unknown", refusal: found.refusal };
}

/** The same, for operations that have to know. @throws ServiceError when the Task Scheduler did not say */
export function known(installed: Installed): Exclude<Installed, { how: "unknown" }> {
  if (installed.how === "unknown") throw refused("show the task", installed.refusal);
  return installed;
}

/** @throws ServiceError `not-installed` */
export function present(installed: Installed): Extract<Installed, { enabled: boolean }> {
  const found = known(installed);
  if (found.how !== "none") return found;
  throw new ServiceError("not-installed", "The gateway's scheduled task is not installed.", [
    "Install it: openclaw gateway install",
  ]);
}

/** What the service runs, with the variables the gateway will read. */
export function commandIn(
  installed: Installed,
  identity: ServiceIdentity,
  startup: StartupEntry,
): InstalledCommand | undefined {
  const found = installed.how === "task" ? ofTask(installed.task) : startupCommand(installed, startup);
  if (found === undefined) return undefined;
  const { programArguments, workingDirectory, sourcePath = identity.path } = found;
  const at = programArguments.indexOf(SERVICE_ENV_OPTION);
  const envFile = at < 0 ? undefined : programArguments[at + 1];
  const inline = envFile === undefined ? {} : readSecretsFile(envFile);
  const secret = readSecretsFile(inline["OPENCLAW_SERVICE_ENV_FILE"] ?? identity.secretsPath);
  return {
    programArguments,
    workingDirectory,
    environment: { ...secret, ...inline },
    environmentValueSources: {
      ...sourcesOf(secret, "file"),
      // The file of the environment is a task's definition as much as its XML is.
      ...sourcesOf(inline, "inline"),
    },
    sourcePath,
  };
}

/** Where the environment of this service lies. */
export function environmentFileOf(identity: ServiceIdentity): string {
  return environmentPath(identity.path);
}

/** The account the task belongs to, as Windows writes it. `name` is what the system calls it otherwise. */
export function accountOf(env: Env, name: string): string {
  const user = env.raw["USERNAME"] ?? name;
  const domain = env.raw["USERDOMAIN"];
  return domain === undefined || domain.toLowerCase() === "workgroup" || user.includes("\\")
    ? user
    : `${domain}\\${user}`;
}

interface Found extends Pick<InstalledCommand, "programArguments" | "workingDirectory"> {
  readonly sourcePath?: string;
}

function ofTask(task: TaskFields): Found {
  return { programArguments: commandOf(task), workingDirectory: directoryOf(task) };
}

function startupCommand({ how }: Installed, startup: StartupEntry): Found | undefined {
  const launcher = how === "startup" ? startup.read() : undefined;
  return launcher && { ...launcher, sourcePath: startup.scriptPath };
}

function sourcesOf<T extends "inline" | "file">(values: object, source: T): Record<string, T> {
  return Object.fromEntries(Object.keys(values).map((name) => [name, source]));
}
