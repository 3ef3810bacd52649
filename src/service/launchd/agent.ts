import { readSecretsFile } from "../secrets-file.ts";
import type { InstalledCommand, ServiceDefinition } from "../service.ts";
import { isPlistDict, type PlistDict, textsOf } from "./plist.ts";

/** Seconds between two starts, so that a gateway that cannot start does not spin. */
const THROTTLE_SECONDS = 10;

/** Seconds between SIGTERM and SIGKILL; the gateway drains within five under launchd. */
export const EXIT_TIMEOUT_SECONDS = 20;

/** 077: what the gateway writes is for its owner. launchd reads a decimal number. */
const UMASK = 0o077;

/** The LaunchAgent of a definition. */
export function launchAgent(definition: ServiceDefinition, label: string, logPath: string): PlistDict {
  return {
    Label: label,
    Comment: definition.description,
    ProgramArguments: definition.programArguments,
    WorkingDirectory: definition.workingDirectory,
    EnvironmentVariables: definition.environment,
    ...launchAgentPolicy(logPath),
  };
}

/** How launchd treats the job, whatever it runs. */
function launchAgentPolicy(logPath: string): PlistDict {
  return {
    RunAtLoad: true,
    // Also after a clean end: the way to stop the gateway is to unload the job.
    KeepAlive: true,
    ThrottleInterval: THROTTLE_SECONDS,
    ExitTimeOut: EXIT_TIMEOUT_SECONDS,
    ProcessType: "Interactive",
    Umask: UMASK,
    StandardInPath: "/dev/null",
    StandardOutPath: logPath,
    StandardErrorPath: logPath,
  };
}

/** What a LaunchAgent runs, with the secrets of its private file. */
export function commandOf(plist: PlistDict, sourcePath: string): InstalledCommand {
  const inline = variablesOf(plist);
  const programArguments = programArgumentsOf(plist);
  const file = inline["OPENCLAW_SERVICE_ENV_FILE"] ?? fileOfEnvWrapper(programArguments);
  const secrets = file === undefined ? {} : readSecretsFile(file);
  const workingDirectory = plist["WorkingDirectory"];
  return {
    programArguments,
    workingDirectory: typeof workingDirectory === "string" ? workingDirectory : undefined,
    environment: { ...secrets, ...inline },
    environmentValueSources: {
      ...sources(secrets, "file"),
      ...sources(inline, "inline"),
    },
    sourcePath,
  };
}

/** The command line of a job: `Program` stands in for the first argument. */
export function programArgumentsOf(plist: PlistDict): string[] {
  const args = textsOf(plist["ProgramArguments"]);
  const program = plist["Program"];
  return typeof program === "string" ? [program, ...args.slice(1)] : args;
}

/** Earlier versions start the gateway through a script that loads the file of variables named after it. */
export function fileOfEnvWrapper(args: readonly string[]): string | undefined {
  const wrapper = args.slice(0, 2).findIndex((arg) => arg.endsWith("-env-wrapper.sh"));
  return wrapper === -1 ? undefined : args[wrapper + 1];
}

/** The variables that stand in a property list. */
export function variablesOf(plist: PlistDict): Record<string, string> {
  const variables = plist["EnvironmentVariables"];
  const found: Record<string, string> = {};
  if (!isPlistDict(variables)) return found;
  for (const [name, value] of Object.entries(variables)) if (typeof value === "string") found[name] = value;
  return found;
}

function sources<Source>(variables: Readonly<Record<string, string>>, source: Source) {
  return Object.fromEntries(Object.keys(variables).map((name): [string, Source] => [name, source]));
}
