import { displayPath } from "../../config/index.ts";
import { VERSION } from "../../lib/version.ts";
import { capabilityText, type ProbeResult } from "../rpc/probe.ts";
import type { Session } from "../session.ts";
import { definitions, MAX_COLUMNS, wrap } from "../terminal/layout.ts";
import type { Output } from "../terminal/output.ts";
import { logFileOf } from "../top/log-file.ts";
import { timeText } from "../top/log-line.ts";
import type { Neighbours } from "./neighbours.ts";
import { isHealthy, type StatusReport } from "./status-report.ts";

/** The report for a person. */
export function printStatus(report: StatusReport, session: Session): void {
  const { out, paths } = session;
  const { config, target, probe } = report;
  const host = config.bind.host;
  out.line(`File logs: ${displayPath(logFileOf(session), paths.home)}`);
  out.line(`Config (cli): ${displayPath(config.path, paths.home)}${config.exists ? "" : " (missing)"}`);
  for (const issue of config.issues)
    out.line(`  × ${issue.path === "" ? "<root>" : issue.path}: ${issue.message}`);
  out.line();
  out.line(`Gateway: bind=${config.bind.mode} (${host}), port=${report.port} (${report.portSource})`);
  out.line(`Probe target: ${target.url}`);
  if (config.bind.mode === "loopback" && target.implicitLocal) {
    out.line("Probe note: Loopback-only gateway; only local clients can connect.");
  }
  if (config.bind.note !== undefined) out.line(`Bind note: ${config.bind.note}`);
  out.line();
  out.line(`CLI version: ${VERSION} (${displayPath(process.execPath, paths.home)})`);
  if (probe?.server) out.line(`Gateway version: ${probe.server.version}`);
  out.line();
  out.line(`Runtime: ${processText(report, out.style.green, out.style.yellow)}`);
  if (probe) printProbe(report, probe, session);
  for (const hint of report.listeners.hints) remark(out, hint);
  if (report.neighbours) printNeighbours(report.neighbours, session);
  out.line();
  out.line("Troubles: run openclaw status");
}

function processText(
  { process: found, probe }: StatusReport,
  good: (text: string) => string,
  bad: (text: string) => string,
) {
  if (found.status === "running") return `${good("running")} (pid ${found.pid})`;
  // A gateway that answers runs, whoever keeps its lock.
  if (probe?.ok === true) return good("running");
  return found.crashed === true
    ? `${bad("stopped")} (the last gateway was killed or crashed)`
    : bad("stopped");
}

function printProbe(report: StatusReport, probe: ProbeResult<string>, session: Session): void {
  const { out } = session;
  const label = report.readProbe ? "Read probe" : "Connectivity probe";
  if (isHealthy(report)) {
    out.line(`${label}: ${out.style.green("ok")}`);
    out.line(`Capability: ${capabilityText(probe.capability)}`);
    out.line();
    out.line(`Listening: ${new URL(probe.url).host}`);
    return;
  }
  out.note(`${label}: failed`);
  out.note(`Probe target: ${probe.url}`);
  for (const line of wrap(probe.error ?? probe.readError ?? "no answer", MAX_COLUMNS - 2))
    out.note(`  ${line}`);
  if (probe.capability !== "unknown") out.line(`Capability: ${capabilityText(probe.capability)}`);
  if (probe.unreachable && report.target.implicitLocal) {
    out.note(
      report.process.status === "running"
        ? `Gateway port ${report.port} is not listening (a gateway process is running). Try again shortly.`
        : `Start it with: openclaw gateway ${report.config.target.mode === "local" ? "run" : "--allow-unconfigured"}`,
    );
  }
  if (probe.refused && report.target.implicitLocal)
    out.note("See which token it wants: openclaw gateway auth-token");
  if (report.lastError !== undefined) {
    const { time, message } = report.lastError;
    remark(out, `Last error in the log: ${time === undefined ? "" : `${timeText(time, false)} `}${message}`);
  }
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
