import { COMMIT, VERSION } from "../../lib/version.ts";
import type { PortOwner } from "../../lib/port-owner.ts";
import type { ProbeResult } from "../rpc/probe.ts";
import type { ConfigSummary } from "../rpc/target-config.ts";
import { othersJson, serviceJson } from "../service/facts/status-json.ts";
import { logFileOf } from "../top/log-file.ts";
import type { Neighbours } from "./neighbours.ts";
import {
  browserControlPlace,
  canvasPlace,
  type CliPort,
  httpUrl,
  portState,
  probeNote,
  type StatusReport,
} from "./status-report.ts";

/** The document of `--json`; keys may be added, never renamed. */
export function statusJson(report: StatusReport): Record<string, unknown> {
  const { config, target, probe, service } = report;
  const { bind } = service.config ?? config;
  const note = probeNote(report);
  const canvas = canvasPlace(report);
  const browserControl = browserControlPlace(report);
  return {
    cli: { version: VERSION, commit: COMMIT, entrypoint: process.execPath },
    logFile: logFileOf(report.gateway),
    service: serviceJson(service),
    runtime: report.process,
    config: { cli: configJson(config), ...(service.config && { daemon: configJson(service.config) }) },
    gateway: {
      bindMode: bind.mode,
      bindHost: bind.host,
      port: report.port,
      portSource: report.portSource,
      probeUrl: target.url,
      controlUiLinks: { httpUrl: httpUrl(target.url, config.target.controlUi), wsUrl: target.url },
      ...(canvas && { canvas }),
      ...(browserControl && { browserControl }),
      ...(note !== undefined && { probeNote: note }),
      ...(probe?.server && { version: probe.server.version }),
    },
    port: {
      port: report.port,
      status: portState(report),
      listeners: report.listeners.owners.map(listenerJson),
      hints: report.listeners.hints,
    },
    ...(report.cliPort && { portCli: portCliJson(report.cliPort) }),
    ...(probe && { rpc: rpcJson(report, probe) }),
    ...(report.clients !== undefined && {
      connections: { port: report.port, established: report.clients.map(listenerJson) },
    }),
    extraServices: othersJson(service),
    ...(report.lastError !== undefined && { lastError: report.lastError }),
    ...(report.lastShutdown && { lastShutdown: report.lastShutdown }),
    ...(report.neighbours && { otherGateways: neighboursJson(report.neighbours) }),
  };
}

function configJson({ path, exists, valid, issues }: ConfigSummary): Record<string, unknown> {
  return { path, exists, valid, issues };
}

function listenerJson({ pid, ppid, command, address, user }: PortOwner): Record<string, unknown> {
  return {
    pid,
    command,
    ...(address !== undefined && { address }),
    ...(user !== undefined && { user }),
    ...(ppid !== undefined && { ppid }),
  };
}

function portCliJson({ port, busy, owners, hints }: CliPort): Record<string, unknown> {
  return { port, status: busy ? "busy" : "free", listeners: owners.map(listenerJson), hints };
}

function rpcJson(report: StatusReport, probe: ProbeResult<string>): Record<string, unknown> {
  const kind = report.readProbe ? "read" : "connect";
  const [authWarning] = (report.service.config ?? report.config).target.authWarnings;
  if (!probe.ok) {
    return {
      ok: false,
      kind,
      connectFailure: { kind: probe.unreachable ? "unreachable" : "refused" },
      error: probe.error,
      capability: probe.capability,
      url: probe.url,
      ...(authWarning !== undefined && { authWarning }),
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

function neighboursJson({ states, processes }: Neighbours): Record<string, unknown> {
  return {
    stateDirs: states.map(({ stateDir, gateway }) => ({
      stateDir,
      running: gateway !== undefined,
      ...(gateway && { pid: gateway.pid, port: gateway.port, version: gateway.version }),
    })),
    processes,
  };
}
