import { displayPath } from "../../config/index.ts";
import { describeOwners, type PortOwner } from "../../lib/port-owner.ts";
import { VERSION } from "../../lib/version.ts";
import { openConfig } from "../config/open.ts";
import { startDoubts } from "../config/start-doubts.ts";
import { capabilityText, type ProbeResult } from "../rpc/probe.ts";
import { startAdvice } from "../rpc/start-advice.ts";
import type { ConfigSummary } from "../rpc/target-config.ts";
import {
  absenceNotes,
  definitionLines,
  driftLines,
  logNotes,
  otherServiceLines,
  runtimeText,
  serviceText,
  serviceVersion,
  systemdLines,
} from "../service/facts/status-text.ts";
import { outlivedConfig, outlivedLines } from "../service/outlived-config.ts";
import type { Session } from "../session.ts";
import { definitions, MAX_COLUMNS, wrap } from "../terminal/layout.ts";
import type { Output, Style } from "../terminal/output.ts";
import { logFileOf } from "../top/log-file.ts";
import type { Neighbours } from "./neighbours.ts";
import {
  browserControlPlace,
  canvasPlace,
  httpUrl,
  isHealthy,
  probeNote,
  runs,
  type StatusReport,
} from "./status-report.ts";

/** The report for a person. */
export function printStatus(report: StatusReport, session: Session): void {
  const { out, paths } = session;
  const { config, target, probe, service } = report;
  const { home } = paths;
  out.line(`Service: ${serviceText(service)}`);
  for (const line of systemdLines(service, report.deep)) out.line(line);
  out.line(`File logs: ${displayPath(logFileOf(report.gateway), home)}`);
  for (const line of definitionLines(service, session)) out.line(line);
  for (const line of driftLines(service)) out.note(line);
  out.line();
  printConfig("cli", config, session);
  if (service.config) printConfig("service", service.config, session);
  out.line();
  const { bind } = service.config ?? config;
  out.line(`Gateway: bind=${bind.mode} (${bind.host}), port=${report.port} (${report.portSource})`);
  out.line(`Probe target: ${target.url}`);
  const { controlUi } = config.target;
  if (target.implicitLocal) {
    out.line(
      `Dashboard: ${controlUi.enabled ? httpUrl(target.url, controlUi) : "off (gateway.controlUi.enabled)"}`,
    );
  }
  const canvas = canvasPlace(report);
  if (canvas) out.line(`Canvas: ${"off" in canvas ? `off (${canvas.off})` : canvas.url}`);
  const control = browserControlPlace(report);
  if (control) out.line(`Browser control: ${"off" in control ? `off (${control.off})` : control.url}`);
  const note = probeNote(report);
  if (note !== undefined) out.line(`Probe note: ${note}`);
  // A configuration that cannot be read names no port.
  if (report.cliPort && config.valid) {
    const { port, busy } = report.cliPort;
    out.note(`Note: CLI config resolves gateway port=${port} (${busy ? "busy" : "free"}).`);
    out.note("To move the service there: openclaw doctor --fix");
  }
  out.line();
  out.line(`CLI version: ${VERSION} (${displayPath(process.execPath, home)})`);
  const written = serviceVersion(service);
  if (probe?.server) out.line(`Gateway version: ${probe.server.version}`);
  else if (written !== undefined) out.line(`Gateway service version: ${written}`);
  if (probe?.server && probe.server.version !== VERSION && target.implicitLocal)
    out.note("The running gateway is of another version. Restart it: openclaw gateway restart");
  out.line();
  out.line(`Runtime: ${processText(report, out.style)}`);
  for (const line of absenceNotes(service)) out.note(line);
  if (report.lastShutdown) {
    const { kind, signal, at } = report.lastShutdown;
    out.line(`Last shutdown: ${kind} (${signal}) at ${at}`);
  }
  if (probe) printProbe(report, probe, session);
  for (const hint of report.listeners.hints) remark(out, hint);
  if (report.clients && report.clients.length > 0) printClients(report.clients, out);
  if (report.neighbours) printNeighbours(report.neighbours, session);
  const others = otherServiceLines(service);
  if (others.length > 0) out.line();
  for (const line of others) out.line(line);
  if (!isHealthy(report) || report.neighbours || others.length > 0) out.line();
  out.line("Troubles: run openclaw status");
}

function printConfig(whose: "cli" | "service", config: ConfigSummary, { out, paths }: Session): void {
  const state = config.exists ? (config.valid ? "" : " (invalid)") : " (missing)";
  out.line(`Config (${whose}): ${displayPath(config.path, paths.home)}${state}`);
  for (const issue of config.issues)
    out.line(`  × ${issue.path === "" ? "<root>" : issue.path}: ${issue.message}`);
}

function processText(report: StatusReport, style: Style): string {
  const { process: found, probe, service } = report;
  const { green, yellow } = style;
  if (service.status?.installed === true) return runtimeText(service.status, style);
  if (found.status === "running") return `${green("running")} (pid ${found.pid})`;
  // A gateway that answers runs, whoever keeps its lock.
  if (probe?.ok === true) return green("running");
  return found.crashed === true
    ? `${yellow("stopped")} (the last gateway was killed or crashed)`
    : yellow("stopped");
}

function printProbe(report: StatusReport, probe: ProbeResult<string>, session: Session): void {
  const { out } = session;
  const label = report.readProbe ? "Read probe" : "Connectivity probe";
  if (isHealthy(report)) {
    out.line(`${label}: ${out.style.green("ok")}`);
    out.line(`Capability: ${capabilityText(probe.capability)}`);
    out.line();
    out.line(`Listening: ${new URL(probe.url).host}`);
    printForeground(report, out);
    return;
  }
  out.note(`${label}: failed`);
  out.note(`Probe target: ${probe.url}`);
  for (const line of wrap(probe.error ?? probe.readError ?? "no answer", MAX_COLUMNS - 2))
    out.note(`  ${line}`);
  const [authWarning] = (report.service.config ?? report.config).target.authWarnings;
  if (authWarning !== undefined) out.note(`Probe auth: ${authWarning}`);
  out.line(`Capability: ${capabilityText(probe.capability)}`);
  if (probe.unreachable && report.target.implicitLocal) printDown(report, out);
  if (!probe.refused || !report.target.implicitLocal) return;
  const outlived = outlivedConfig(report.gateway);
  if (outlived === undefined) out.note("See which token it wants: openclaw gateway auth-token");
  else for (const line of outlivedLines(outlived)) remark(out, line);
}

/** A service whose state folder somebody uses by hand cannot start. */
function printForeground({ service, process: found }: StatusReport, out: Output): void {
  if (service.status?.installed !== true || service.status.runtime.status !== "stopped") return;
  if (found.status !== "running") return;
  out.note(`A gateway that is no service runs on this state folder (pid ${found.pid}).`);
  out.note("To hand over to the service: openclaw gateway stop, then openclaw gateway start");
}

function printDown(report: StatusReport, out: Output): void {
  const { service } = report;
  const { pid, port: elsewhere = report.port } = report.process;
  if (elsewhere !== report.port) {
    out.note(
      `The gateway of this state folder (pid ${pid}) listens on port ${elsewhere}, not on ${report.port}.`,
    );
    out.note(`Ask it there: openclaw gateway status --port ${elsewhere}`);
  } else if (runs(report)) {
    const who =
      service.status?.installed === true ? "service appears running" : "a gateway process is running";
    out.note("Warm-up: the gateway may still be starting; try again shortly.");
    out.note(`Gateway port ${report.port} is not listening (${who}).`);
  } else if (!report.config.valid) {
    out.note("The configuration is not valid. See what mends it: openclaw doctor");
  } else if (service.status?.installed !== true) {
    for (const line of startAdvice(report.config.target.mode === "local").split("\n")) out.note(line);
  }
  // What a start refuses is told on its own stderr alone, which a supervisor may keep elsewhere or nowhere.
  if (!runs(report) && report.config.valid)
    for (const { path, message } of startDoubts(openConfig(report.gateway).peek()))
      out.note(`${path}: ${message}`);
  if (report.lastError !== undefined) remark(out, `Last gateway error: ${report.lastError}`);
  for (const line of logNotes(service)) out.note(line);
}

/** Connections beyond these are only counted. */
const CLIENTS_SHOWN = 8;

/** Who is connected; after a downgrade, a program of the newer version may be among them. */
function printClients(clients: readonly PortOwner[], out: Output): void {
  out.line();
  out.line(`Established clients: ${clients.length}`);
  for (const line of describeOwners(clients.slice(0, CLIENTS_SHOWN))) out.line(line);
  const more = clients.length - CLIENTS_SHOWN;
  if (more > 0) out.line(`- ${more} more`);
}

/** Best effort: state folders of this home, and processes that listen. */
function printNeighbours({ states, processes }: Neighbours, { out, paths }: Session): void {
  out.line();
  if (states.length === 0 && processes.length === 0) {
    out.line("Other gateways on this machine: none found");
    return;
  }
  out.line("Other gateways on this machine (best effort):");
  const rows = [
    ...states.map(({ stateDir, gateway }) => [
      displayPath(stateDir, paths.home),
      gateway === undefined
        ? "not running"
        : `running (pid ${gateway.pid}, port ${gateway.port ?? "unknown"})`,
    ]),
    ...processes.map(({ pid, address }) => [`pid ${pid}`, `listens on ${address ?? "an unknown address"}`]),
  ];
  for (const line of definitions(rows.map(([term = "", text = ""]) => [term, text] as const))) out.line(line);
  out.line("One gateway for each machine is enough for most; more need their own --profile.");
}

function remark(out: Output, text: string): void {
  for (const line of wrap(text, MAX_COLUMNS)) out.note(line);
}
