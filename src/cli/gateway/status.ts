import { displayPath, logFilePath, resolvePort } from "../../config/index.ts";
import type { GatewayTarget } from "../../client/index.ts";
import type { status } from "../../protocol/index.ts";
import { COMMIT, VERSION } from "../../lib/version.ts";
import type { Run } from "../command.ts";
import type { statusFlags } from "../commands/gateway.ts";
import { CliError, EXIT_FAILURE, EXIT_OK } from "../errors.ts";
import { targetFrom } from "../rpc/gateway.ts";
import { capabilityText, probeGateway, type ProbeResult } from "../rpc/probe.ts";
import { readConfigSummary, type ConfigSummary } from "../rpc/target-config.ts";
import type { Session } from "../session.ts";
import { findGatewayProcess, type GatewayProcess } from "./process.ts";

/** All that the command knows; printed as text or as JSON. */
interface Report {
  readonly config: ConfigSummary;
  readonly target: GatewayTarget;
  readonly port: number;
  readonly portSource: string;
  readonly process: GatewayProcess;
  /** Absent with `--no-probe`. */
  readonly probe: ProbeResult<string> | undefined;
  readonly readProbe: boolean;
}

export const run: Run<typeof statusFlags> = async ({ flags, session }) => {
  if (flags.requireRpc && !flags.probe)
    throw new CliError("Use either --require-rpc or --no-probe, not both.");
  const config = await readConfigSummary(session);
  const target = await targetFrom(session, flags, config.target);
  const choice = resolvePort({
    flag: flags.port,
    env: session.env.gateway.port,
    config: config.target.port,
    profile: session.profile,
  });
  const probing = async () =>
    probeGateway(session, target, flags.timeout, async (client) => {
      if (!flags.requireRpc) return client.hello.server.version;
      const options = { timeoutMs: flags.timeout };
      return (await client.request<typeof status.status>("status", {}, options)).runtimeVersion;
    });
  const report: Report = {
    config,
    target,
    port: choice.port,
    portSource: choice.source === "flag" ? "--port" : "env/config",
    process: await findGatewayProcess(session),
    probe: flags.probe ? await session.out.during("Probing the gateway", probing()) : undefined,
    readProbe: flags.requireRpc,
  };
  if (flags.json) session.out.json(asJson(report, session));
  else print(report, session);
  return flags.requireRpc && !healthy(report) ? EXIT_FAILURE : EXIT_OK;
};

function healthy({ probe, readProbe }: Report): boolean {
  return probe !== undefined && probe.ok && (!readProbe || probe.readError === null);
}

function asJson(report: Report, session: Session): Record<string, unknown> {
  const { config, target, probe } = report;
  return {
    cli: { version: VERSION, commit: COMMIT, entrypoint: process.execPath },
    logFile: logFilePath(session.paths, session.clock.now()),
    runtime: report.process,
    config: { cli: { path: config.path, exists: config.exists, valid: config.valid, issues: config.issues } },
    gateway: {
      bindMode: config.bind.mode,
      bindHost: config.bind.host,
      port: report.port,
      portSource: report.portSource,
      probeUrl: target.url,
      controlUiLinks: { httpUrl: httpUrl(target.url), wsUrl: target.url },
      ...(config.bind.note !== undefined && { probeNote: config.bind.note }),
      ...(probe?.server && { version: probe.server.version }),
    },
    port: { port: report.port, status: portState(probe), listeners: [], hints: [] },
    ...(probe && { rpc: rpcJson(report, probe) }),
    extraServices: [],
  };
}

function rpcJson({ readProbe }: Report, probe: ProbeResult<string>): Record<string, unknown> {
  const kind = readProbe ? "read" : "connect";
  if (!probe.ok) {
    return {
      ok: false,
      kind,
      connectFailure: { kind: probe.unreachable ? "unreachable" : "refused" },
      error: probe.error,
      capability: probe.capability,
      url: probe.url,
    };
  }
  return {
    ok: probe.readError === null,
    kind,
    capability: probe.capability,
    auth: { ...probe.auth, capability: probe.capability },
    server: probe.server,
    version: probe.server?.version,
    url: probe.url,
    ...(probe.readError !== null && { error: probe.readError }),
  };
}

function portState(probe: ProbeResult<string> | undefined): "busy" | "free" | "unknown" {
  if (probe === undefined) return "unknown";
  return probe.unreachable ? "free" : "busy";
}

function print(report: Report, session: Session): void {
  const { out, paths, clock } = session;
  const { config, target, probe } = report;
  const host = config.bind.host;
  out.line(`File logs: ${displayPath(logFilePath(paths, clock.now()), paths.home)}`);
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
  out.line();
  out.line("Troubles: run openclaw status");
}

function processText(
  { process: found, probe }: Report,
  good: (text: string) => string,
  bad: (text: string) => string,
) {
  if (found.status === "running") return `${good("running")} (pid ${found.pid})`;
  // A gateway that answers runs, whoever keeps its lock.
  return probe?.ok === true ? good("running") : bad("stopped");
}

function printProbe(report: Report, probe: ProbeResult<string>, session: Session): void {
  const { out } = session;
  const label = report.readProbe ? "Read probe" : "Connectivity probe";
  if (healthy(report)) {
    out.line(`${label}: ${out.style.green("ok")}`);
    out.line(`Capability: ${capabilityText(probe.capability)}`);
    out.line();
    out.line(`Listening: ${new URL(probe.url).host}`);
    return;
  }
  out.note(`${label}: failed`);
  out.note(`Probe target: ${probe.url}`);
  out.note(`  ${probe.error ?? probe.readError ?? "no answer"}`);
  if (probe.capability !== "unknown") out.line(`Capability: ${capabilityText(probe.capability)}`);
  if (probe.unreachable && report.target.implicitLocal) {
    out.note(
      report.process.status === "running"
        ? `Gateway port ${report.port} is not listening (a gateway process is running). Try again shortly.`
        : "Start it with: openclaw gateway run",
    );
  }
}

function httpUrl(wsUrl: string): string {
  return new URL(wsUrl.replace(/^ws/, "http")).toString();
}
