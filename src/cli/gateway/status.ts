import { type PortChoice, resolvePort } from "../../config/index.ts";
import type { GatewayTarget } from "../../client/index.ts";
import type { status } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { statusFlags } from "../commands/gateway.ts";
import { CliError, EXIT_FAILURE, EXIT_OK } from "../errors.ts";
import type { GatewayFlags } from "../rpc/flags.ts";
import { targetFrom } from "../rpc/gateway.ts";
import { probeGateway } from "../rpc/probe.ts";
import { type ConfigSummary, readConfigSummary } from "../rpc/target-config.ts";
import { isTaken } from "../service/answer.ts";
import { inspectService, type ServiceReport } from "../service/facts/inspect.ts";
import { lastWords } from "../service/facts/last-words.ts";
import { endedWell } from "../service/facts/status-text.ts";
import type { Session } from "../session.ts";
import { findClients } from "./clients.ts";
import { lastLogError, lastLogShutdown } from "./last-error.ts";
import { findListeners } from "./listeners.ts";
import { findNeighbours } from "./neighbours.ts";
import { findGatewayProcess } from "./process.ts";
import { statusJson } from "./status-json.ts";
import { type CliPort, isHealthy, type StatusReport } from "./status-report.ts";
import { printStatus } from "./status-text.ts";

export const run: Run<typeof statusFlags> = async ({ flags, session }) => {
  if (flags.requireRpc && !flags.probe)
    throw new CliError("Use either --require-rpc or --no-probe, not both.");
  const report = await session.out.during("Looking at the gateway", findOut(session, flags));
  if (flags.json) session.out.json(statusJson(report));
  else printStatus(report, session);
  return flags.requireRpc && !isHealthy(report) ? EXIT_FAILURE : EXIT_OK;
};

type StatusFlags = GatewayFlags & {
  readonly requireRpc: boolean;
  readonly probe: boolean;
  readonly deep: boolean;
};

async function findOut(session: Session, flags: StatusFlags): Promise<StatusReport> {
  const config = await readConfigSummary(session);
  // An address that cannot be used is refused before anybody is asked.
  const ownTarget = await targetFrom(session, flags, config.target);
  const service = await inspectService(session, { deep: flags.deep });
  const { target, gateway, port, portSource } = await subjectOf(session, flags, config, service, ownTarget);
  const probing = async () =>
    probeGateway(session, target, flags.timeout, async (client) => {
      if (!flags.requireRpc) return client.hello.server.version;
      const options = { timeoutMs: flags.timeout };
      return (await client.request<typeof status.status>("status", {}, options)).runtimeVersion;
    });
  const found = findGatewayProcess(gateway);
  const own = ownPort(session, config);
  const [probe, listeners, cliPort, neighbours, clients] = await Promise.all([
    flags.probe ? probing() : undefined,
    findListeners(service.seat.machine, target, port, found.pid ?? service.status?.runtime.pid),
    service.installed && portSource !== "--port" && own.port !== port
      ? cliPortOf(service, target, own.port)
      : undefined,
    flags.deep ? findNeighbours(session) : undefined,
    flags.deep ? findClients(session, target, port) : undefined,
  ]);
  const down = probe?.unreachable === true && target.implicitLocal;
  return {
    service,
    gateway,
    config,
    target,
    port,
    portSource,
    cliPort,
    process: found,
    probe,
    readProbe: flags.requireRpc,
    deep: flags.deep,
    // Whoever answers as a gateway is no stranger, whichever state folder it works on.
    listeners: probe?.ok === true ? { ...listeners, hints: [] } : listeners,
    lastError: down ? await lastErrorOf(gateway, service) : undefined,
    lastShutdown: flags.deep ? await lastLogShutdown(gateway) : undefined,
    neighbours,
    clients,
  };
}

interface Subject {
  readonly target: GatewayTarget;
  readonly gateway: Session;
  readonly port: number;
  readonly portSource: string;
}

/** Which gateway is looked at: the one of an option, else the service's, else the configured one. */
async function subjectOf(
  session: Session,
  flags: StatusFlags,
  config: ConfigSummary,
  { installed, config: seen }: ServiceReport,
  ownTarget: GatewayTarget,
): Promise<Subject> {
  const explicit = flags.url !== undefined || flags.port !== undefined;
  if (explicit || installed === undefined || seen === undefined) {
    const choice = ownPort(session, config, flags.port);
    return { target: ownTarget, gateway: session, port: choice.port, portSource: sourceOf(choice, config) };
  }
  const { port, portSource } = installed;
  const ignoreEnvUrl = { ignoreEnvUrl: true };
  const serviceTarget = await targetFrom(installed.session, { ...flags, port }, seen.target, ignoreEnvUrl);
  // The service's own secrets may be out of reach of this account; what this shell knows is the next best.
  const auth = Object.keys(serviceTarget.auth).length > 0 ? serviceTarget.auth : ownTarget.auth;
  const target = { ...serviceTarget, auth, urlSource: "local loopback" as const };
  return { target, gateway: installed.session, port, portSource };
}

function sourceOf({ source }: PortChoice, { target }: ConfigSummary): string {
  if (source === "flag") return "--port";
  return source === "config" && target.byLock !== undefined ? "running gateway" : "env/config";
}

function ownPort(session: Session, { target }: ConfigSummary, flag?: number): PortChoice {
  return resolvePort({ flag, env: session.env.gateway.port, config: target.port, profile: session.profile });
}

async function cliPortOf(service: ServiceReport, target: GatewayTarget, port: number): Promise<CliPort> {
  const [busy, listeners] = await Promise.all([
    isTaken({ port, tls: false }),
    findListeners(service.seat.machine, target, port, undefined),
  ]);
  return { port, busy, owners: listeners.owners, hints: [] };
}

/** The newest error of the gateway's log; of a service, the end of its output stands in for a log without any. */
async function lastErrorOf(
  gateway: Session,
  { seat, installed, status: seen }: ServiceReport,
): Promise<string | undefined> {
  if (seen?.installed === true && endedWell(seen)) return undefined;
  if (seat.service === undefined || installed === undefined) return (await lastLogError(gateway))?.text;
  const words = await lastWords(gateway, seat.machine, seat.service.identity);
  return words.error ?? words.output.at(-1);
}
