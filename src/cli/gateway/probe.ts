import type { GatewayClient } from "../../client/index.ts";
import type { status } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { probeFlags } from "../commands/gateway.ts";
import { CliError, EXIT_FAILURE, EXIT_OK } from "../errors.ts";
import { type Capability, capabilityText, probeGateway, type ProbeResult } from "../rpc/probe.ts";
import { startAdvice } from "../rpc/start-advice.ts";
import { readTargetConfig, type TargetSettings } from "../rpc/target-config.ts";
import type { Session } from "../session.ts";
import { wrap } from "../terminal/layout.ts";
import { type Candidate, digTunnel, findCandidates, type ProbeWarning, tunnelWish } from "./probe-targets.ts";
import { readTarget } from "./tunnel.ts";

/** How a shell tells that a program was ended by Ctrl-C. */
const EXIT_SIGINT = 130;

interface Reading {
  readonly health: unknown;
  readonly summary: unknown;
  readonly presence: unknown;
  /** The gateway's own device id, by which two addresses of one gateway are told from two gateways. */
  readonly identity: string | null;
}

interface Probed extends Candidate {
  readonly result: ProbeResult<Reading>;
}

export const run: Run<typeof probeFlags> = async ({ flags, session }) => {
  const { out, clock } = session;
  if (flags.ssh !== undefined) readTarget(flags.ssh);
  const started = clock.monotonic();
  const config = await readTargetConfig(session);
  const wished = tunnelWish(session, flags, config);
  const [found, problems] = await findCandidates(session, flags, config);
  const interrupted = wished && session.interrupted();
  const [tunnelled, failures] =
    wished && interrupted
      ? await out.during("Opening the tunnel", digTunnel(session, flags, wished, config, interrupted))
      : [[], []];
  await using tunnels = new AsyncDisposableStack();
  for (const { tunnel } of tunnelled) if (tunnel) tunnels.use(tunnel);
  problems.push(...failures);
  const explicit = found.filter(({ kind }) => kind === "explicit");
  const candidates = [...explicit, ...tunnelled, ...found.filter(({ kind }) => kind !== "explicit")];
  const probing = Promise.all(
    candidates.map(async (candidate): Promise<Probed> => {
      const result = await probeGateway(session, candidate.target, flags.timeout, (client) =>
        read(client, flags.timeout),
      );
      return { ...candidate, result };
    }),
  );
  const probed = await out.during("Probing gateways", probing);
  if (interrupted?.aborted) throw new CliError("Interrupted.", { exitCode: EXIT_SIGINT });
  const reachable = probed.filter(({ result }) => result.ok);
  const primary = reachable[0] ?? probed[0];
  const warnings = [...problems, ...warningsFor(probed, reachable), ...configWarnings(probed, config)];
  const summary = {
    ok: reachable.length > 0,
    degraded: reachable.some(({ result }) => result.readError !== null),
    capability: primary?.result.capability ?? ("unknown" satisfies Capability),
    ts: clock.now(),
    durationMs: Math.round(clock.monotonic() - started),
    timeoutMs: flags.timeout,
    primaryTargetId: reachable[0]?.kind ?? null,
  };
  if (flags.json) {
    const local = probed.find(({ kind }) => kind === "localLoopback");
    out.json({
      ...summary,
      warnings,
      network: { localLoopbackUrl: local?.target.url ?? null, localTailnetUrl: null, tailnetIPv4: null },
      discovery: { timeoutMs: 0, count: 0, beacons: [] },
      targets: probed.map(targetJson),
    });
  } else {
    print(session, probed, warnings, { ...summary, advice: startAdvice(config.mode === "local") });
  }
  return reachable.length > 0 ? EXIT_OK : EXIT_FAILURE;
};

/** What of the configuration keeps a target from being probed as its clients would. */
function configWarnings(probed: readonly Probed[], config: TargetSettings): ProbeWarning[] {
  const failed = probed.filter(({ result }) => !result.ok).map(({ kind }) => kind);
  const local = probed.find(({ kind }) => kind === "localLoopback");
  const unpinned = config.tls === true && local !== undefined && local.target.tlsFingerprint === undefined;
  return [
    ...(failed.length === 0
      ? []
      : config.authWarnings.map((message) => ({
          code: "auth_secretref_unresolved",
          message: `${message}.`,
          targetIds: failed,
        }))),
    ...(unpinned
      ? [
          {
            code: "local_tls_runtime_unavailable",
            message: "gateway.tls is on, and the certificate of the local gateway could not be read.",
            targetIds: ["localLoopback"],
          },
        ]
      : []),
  ];
}

async function read(client: GatewayClient, timeoutMs: number): Promise<Reading> {
  const options = { timeoutMs };
  const [health, summary, presence, identity] = await Promise.all([
    client.request<typeof status.health>("health", {}, options),
    client.request<typeof status.status>("status", { includeChannelSummary: false }, options),
    client.request<typeof status.systemPresence>("system-presence", {}, options),
    // Only to tell gateways apart; an older one without it is told apart by its start.
    client.request<typeof status.gatewayIdentityGet>("gateway.identity.get", {}, options).catch(() => null),
  ]);
  return { health, summary, presence, identity: identity?.deviceId ?? client.hello.server.bootId ?? null };
}

function warningsFor(probed: readonly Probed[], reachable: readonly Probed[]): ProbeWarning[] {
  const warnings: ProbeWarning[] = [];
  if (reachable.length === 0) {
    const targetIds = probed.map(({ kind }) => kind);
    const message = probed.some(({ result }) => result.refused)
      ? "A gateway answered, but did not let this command in."
      : "No gateway answered.";
    warnings.push({ code: "no_gateway_reachable", message, targetIds });
  }
  const identities = new Set(reachable.map(({ result, target }) => result.reading?.identity ?? target.url));
  if (identities.size > 1) {
    warnings.push({
      code: "multiple_gateways",
      message:
        "There are multiple reachable gateways. Most machines need one; give each its own port, state and profile.",
      targetIds: reachable.map(({ kind }) => kind),
    });
  }
  for (const { kind, result } of reachable) {
    if (result.readError === null) continue;
    const limited = result.readError.startsWith("missing scope");
    warnings.push({
      code: limited ? "probe_scope_limited" : "probe_read_failed",
      message: `Connected, but reading failed: ${result.readError}`,
      targetIds: [kind],
    });
  }
  return warnings;
}

function targetJson({ kind, active, target, tunnel, result }: Probed): Record<string, unknown> {
  return {
    id: kind,
    kind,
    url: target.url,
    active,
    tunnel: tunnel
      ? {
          kind: "ssh",
          target: tunnel.target,
          localPort: tunnel.localPort,
          remotePort: tunnel.remotePort,
          pid: tunnel.pid,
        }
      : null,
    connect: {
      ok: result.ok,
      rpcOk: result.ok && result.readError === null,
      scopeLimited: result.readError?.startsWith("missing scope") ?? false,
      latencyMs: result.latencyMs,
      error: result.error ?? result.readError,
      close: result.close,
    },
    auth: result.auth && { ...result.auth, capability: result.capability },
    server: result.server,
    self: result.reading?.identity ?? null,
    config: null,
    health: result.reading?.health ?? null,
    summary: result.reading?.summary ?? null,
    presence: result.reading?.presence ?? null,
  };
}

function print(
  session: Session,
  probed: readonly Probed[],
  warnings: readonly ProbeWarning[],
  summary: { ok: boolean; capability: Capability; timeoutMs: number; advice: string },
): void {
  const { out } = session;
  const { bold, green, red, yellow } = out.style;
  out.line(bold("Gateway Status"));
  out.line(`Reachable: ${summary.ok ? green("yes") : red("no")}`);
  out.line(`Capability: ${capabilityText(summary.capability)}`);
  out.line(`Probe budget: ${summary.timeoutMs}ms`);
  if (warnings.length > 0) {
    out.line("");
    out.line(yellow("Warning:"));
    for (const { message } of warnings) for (const line of wrap(`- ${message}`, 78)) out.line(`  ${line}`);
  }
  out.line("");
  out.line(bold("Targets"));
  for (const { label, target, result } of probed) {
    out.line(`${label}  ${target.url}`);
    if (!result.ok) {
      for (const line of wrap(`Connect: failed - ${result.error ?? "no answer"}`, 78)) out.line(`  ${line}`);
      continue;
    }
    out.line(`  Connect: ${green("ok")} (${result.latencyMs}ms) · ${capabilityText(result.capability)}`);
    out.line(
      `  Read probe: ${result.readError === null ? green("ok") : yellow(`limited - ${result.readError}`)}`,
    );
    if (result.server) out.line(`  Version: ${result.server.version}`);
  }
  if (summary.ok) return;
  const refused = probed.some(({ result }) => result.refused);
  out.note(
    refused
      ? "Pass its secret with --token or --password. For a gateway here: openclaw gateway auth-token"
      : summary.advice,
  );
}
