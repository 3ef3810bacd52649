import { existsSync } from "node:fs";
import { isRecord } from "../../../client/index.ts";
import { displayPath } from "../../../config/index.ts";
import type { Session } from "../../session.ts";
import type { Output } from "../../terminal/output.ts";
import type { ServiceStatus } from "../contract.ts";
import { publicEnvironment, type ServiceReport } from "./inspect.ts";
import { logCommands, runtimeDetails } from "./last-words.ts";

/** What of a service's environment says which gateway it is. */
const SHOWN_VARIABLES = [
  "OPENCLAW_PROFILE",
  "OPENCLAW_HOME",
  "OPENCLAW_STATE_DIR",
  "OPENCLAW_CONFIG_PATH",
  "OPENCLAW_GATEWAY_PORT",
  "OPENCLAW_WRAPPER",
] as const;

/** `systemd user (enabled)`. */
export function serviceText({ status, absence }: Pick<ServiceReport, "status" | "absence">): string {
  if (hasNoSupervisor({ status, absence })) return "no supported service manager detected";
  if (status === undefined) {
    return `unknown (${absence?.message ?? "the supervisor gave no answer"})`;
  }
  const machineWide = machineUnit(status);
  if (!status.installed && machineWide !== undefined) return `systemd system (${machineWide})`;
  const { label, installed, loaded, loadedText, notLoadedText, runtime } = status;
  const unknown = installed && !loaded && runtime.inspectionFailure !== undefined;
  return `${label} (${unknown ? "unknown" : loaded ? loadedText : notLoadedText})`;
}

/** There is nothing on this machine that could keep a service. */
export function hasNoSupervisor({ status, absence }: Pick<ServiceReport, "status" | "absence">): boolean {
  const code = status?.installed === false ? status.runtime.inspectionFailure?.code : absence?.code;
  return code === "no-supervisor";
}

/** The unit of the whole machine that runs this gateway; its path. */
export function machineUnit({ details }: ServiceStatus): string | undefined {
  const { systemdInstallation: found } = details;
  if (!isRecord(found) || !isRecord(found["system"])) return undefined;
  const { unitPath } = found["system"];
  return typeof unitPath === "string" ? unitPath : undefined;
}

/** How the user's systemd is reached, and whether it has read what the files say: `Systemd transport: private (…)`. */
export function systemdLines({ status }: ServiceReport, deep: boolean): string[] {
  const systemd = status?.runtime.details?.["systemd"];
  if (!isRecord(systemd)) return [];
  const { transport, needsReload } = systemd;
  const way = isRecord(transport)
    ? [`Systemd transport: ${String(transport["kind"])} (${String(transport["address"])})`]
    : [];
  return [
    ...(deep ? way : []),
    ...(needsReload === true ? ["Systemd reload: pending (run systemctl --user daemon-reload)"] : []),
  ];
}

/** The version that wrote the definition; for a gateway that does not say its own. */
export function serviceVersion({ status }: ServiceReport): string | undefined {
  return status?.command?.environment["OPENCLAW_SERVICE_VERSION"];
}

/** The lines about the installed definition. */
export function definitionLines({ status }: ServiceReport, { paths }: Session): string[] {
  const command = status?.command;
  if (command === undefined) return [];
  const { home } = paths;
  const environment = publicEnvironment(command);
  const shown = SHOWN_VARIABLES.flatMap((name) =>
    environment[name] === undefined ? [] : [`${name}=${environment[name]}`],
  );
  return [
    `Command: ${command.programArguments.map(quoted).join(" ")}`,
    `Service file: ${displayPath(command.sourcePath, home)}`,
    ...(command.workingDirectory === undefined
      ? []
      : [`Working dir: ${displayPath(command.workingDirectory, home)}`]),
    ...(shown.length === 0 ? [] : [`Service env: ${shown.join(" ")}`]),
  ];
}

/** `running (pid 177, state active, sub running, last exit 0, reason exited)`. */
export function runtimeText({ runtime }: ServiceStatus, { green, yellow }: Output["style"]): string {
  const details = runtimeDetails(runtime);
  const failure = runtime.inspectionFailure && `${runtime.inspectionFailure.detail}`;
  const told = failure === undefined ? details : [...details, failure];
  const word = runtime.status === "running" ? green(runtime.status) : yellow(runtime.status);
  return told.length === 0 ? word : `${word} (${told.join(", ")})`;
}

/** What a person should do about a service that is absent or does not run. */
export function absenceNotes({ status, absence }: ServiceReport): string[] {
  if (hasNoSupervisor({ status, absence })) return [];
  if (status === undefined) return [...(absence?.hints ?? [])];
  if (!status.installed) return absentNotes(status);
  if (status.runtime.status !== "stopped") return [];
  if (status.disabledByOperator)
    return ["The service was stopped for good (stop --disable).", "Start it again: openclaw gateway start"];
  if (status.loaded) {
    return endedWell(status)
      ? ["Service is loaded but not running (it was stopped).", "Start it: openclaw gateway start"]
      : ["Service is loaded but not running (likely exited immediately)."];
  }
  return ["The service is installed and not loaded.", "Start it: openclaw gateway start"];
}

/** The gateway ended because it was asked to, as far as the supervisor tells. */
export function endedWell({ runtime }: ServiceStatus): boolean {
  return runtime.status === "stopped" && (runtime.lastExitStatus ?? 0) === 0 && runtime.state !== "failed";
}

function absentNotes(status: ServiceStatus): string[] {
  const unit = machineUnit(status);
  if (unit !== undefined) return [`This gateway is a service of the whole machine: ${unit}`];
  const failure = status.runtime.inspectionFailure;
  if (failure !== undefined) return [`The supervisor could not be asked: ${failure.detail}`];
  return ["Service unit not found.", "Run: openclaw gateway install"];
}

/** Where more is to be read about a service that does not answer. */
export function logNotes({ seat, installed }: ServiceReport): string[] {
  if (seat.service === undefined || installed === undefined) return [];
  const commands = logCommands(installed.session, seat.service.identity);
  const { restartLogPath, home } = installed.session.paths;
  const kept = existsSync(restartLogPath) ? [`Restart log: ${displayPath(restartLogPath, home)}`] : [];
  return ["Logs:", ...commands.map((line) => `  ${line}`), ...kept];
}

/** Differences between what is installed and what should be, and what mends them. */
export function driftLines({ issues }: ServiceReport): string[] {
  // The port is told in a line of its own, with what has the other one.
  const told = issues.filter(({ code }) => code !== "gateway-port-mismatch");
  if (told.length === 0) return [];
  return [
    ...told.map(
      ({ message, detail }) =>
        `Service config issue: ${message}${detail === undefined ? "" : ` (${detail})`}`,
    ),
    "Recommendation: openclaw doctor --fix (or: openclaw gateway install --force)",
  ];
}

/** Other services that run a gateway, how to look at them and how to be rid of them. */
export function otherServiceLines({ status, others }: ServiceReport): string[] {
  if (others.length === 0) return [];
  // The unit that runs this very gateway is there on purpose, unless a service of the user stands beside it.
  const own = status?.installed === false ? machineUnit(status) : undefined;
  const strays = others.filter(({ detail }) => own === undefined || !detail.endsWith(own));
  return [
    "Other gateway-like services detected (best effort):",
    ...others.map(
      ({ label, scope, detail, legacy }) =>
        `- ${label} (${scope}, ${detail}${legacy ? ", an earlier name" : ""})`,
    ),
    ...(strays.length === 0 ? [] : ["Cleanup:"]),
    ...strays.flatMap(({ cleanup }) => cleanup.map((line) => `  ${line}`)),
    "Recommendation: one gateway for each machine is enough for most; more need their own --profile, port and state.",
  ];
}

function quoted(word: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(word) ? word : JSON.stringify(word);
}
