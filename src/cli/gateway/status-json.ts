import { COMMIT, VERSION } from "../../lib/version.ts";
import type { ProbeResult } from "../rpc/probe.ts";
import type { Session } from "../session.ts";
import { logFileOf } from "../top/log-file.ts";
import type { Neighbours } from "./neighbours.ts";
import { httpUrl, portState, type StatusReport } from "./status-report.ts";

/** The document of `--json`; keys may be added, never renamed. */
export function statusJson(report: StatusReport, session: Session): Record<string, unknown> {
  const { config, target, probe } = report;
  return {
    cli: { version: VERSION, commit: COMMIT, entrypoint: process.execPath },
    logFile: logFileOf(session),
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
    port: {
      port: report.port,
      status: portState(report),
      listeners: report.listeners.owners.map(({ pid, ppid, command, address, user }) => ({
        pid,
        command,
        ...(address !== undefined && { address }),
        ...(user !== undefined && { user }),
        ...(ppid !== undefined && { ppid }),
      })),
      hints: report.listeners.hints,
    },
    ...(probe && { rpc: rpcJson(report, probe) }),
    extraServices: [],
    ...(report.lastError && { lastError: report.lastError.message }),
    ...(report.neighbours && { otherGateways: neighboursJson(report.neighbours) }),
  };
}

function rpcJson({ readProbe }: StatusReport, probe: ProbeResult<string>): Record<string, unknown> {
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
