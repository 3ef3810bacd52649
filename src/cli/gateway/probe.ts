import { type GatewayClient, type GatewayTarget, resolveTarget, TargetError } from "../../client/index.ts";
import type { status } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { probeFlags } from "../commands/gateway.ts";
import { EXIT_FAILURE, EXIT_OK } from "../errors.ts";
import type { GatewayFlags } from "../rpc/flags.ts";
import { targetFrom } from "../rpc/gateway.ts";
import { type Capability, capabilityText, probeGateway, type ProbeResult } from "../rpc/probe.ts";
import { readTargetConfig } from "../rpc/target-config.ts";
import type { Session } from "../session.ts";
import { wrap } from "../terminal/layout.ts";

type TargetKind = "explicit" | "configRemote" | "localLoopback";

interface Candidate {
  readonly kind: TargetKind;
  readonly label: string;
  /** The one that ordinary commands would use. */
  readonly active: boolean;
  readonly target: GatewayTarget;
}

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

interface Warning {
  readonly code: string;
  readonly message: string;
  readonly targetIds: readonly string[];
}

export const run: Run<typeof probeFlags> = async ({ flags, session }) => {
  const { out, clock } = session;
  const started = clock.monotonic();
  const [candidates, problems] = await findCandidates(session, flags);
  const probing = Promise.all(
    candidates.map(async (candidate): Promise<Probed> => {
      const result = await probeGateway(session, candidate.target, flags.timeout, (client) =>
        read(client, flags.timeout),
      );
      return { ...candidate, result };
    }),
  );
  const probed = await out.during("Probing gateways", probing);
  const reachable = probed.filter(({ result }) => result.ok);
  const primary = reachable[0] ?? probed[0];
  const warnings = [...problems, ...warningsFor(probed, reachable)];
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
    print(session, probed, warnings, summary);
  }
  return reachable.length > 0 ? EXIT_OK : EXIT_FAILURE;
};

/** The given address, the configured remote one, and this machine's, in the order of their claim. */
async function findCandidates(
  session: Session,
  flags: GatewayFlags,
): Promise<readonly [Candidate[], Warning[]]> {
  const problems: Warning[] = [];
  const config = await readTargetConfig(session);
  const found: Candidate[] = [];
  if (flags.url !== undefined) {
    const target = await targetFrom(session, flags, {});
    found.push({ kind: "explicit", label: "URL (explicit)", active: true, target });
  }
  const { token, password, tlsFingerprint, port } = flags;
  if (config.remote?.url !== undefined && port === undefined) {
    const active = flags.url === undefined && config.mode === "remote";
    const label = active ? "Remote (configured)" : "Remote (configured, inactive)";
    const remoteOnly = { flags: {}, env: {}, config: { ...config, mode: "remote" }, defaultPort: 0 };
    try {
      const allowPlaintext = session.env.allowInsecurePrivateWs;
      found.push({
        kind: "configRemote",
        label,
        active,
        target: resolveTarget({ ...remoteOnly, allowPlaintext }),
      });
    } catch (error) {
      if (!(error instanceof TargetError)) throw error;
      problems.push({ code: "remote_misconfigured", message: error.message, targetIds: ["configRemote"] });
    }
  }
  // A secret given for --url belongs to that gateway alone.
  const localFlags = flags.url === undefined ? { token, password, tlsFingerprint } : {};
  const local = await targetFrom(
    session,
    {
      ...flags,
      url: undefined,
      token: undefined,
      password: undefined,
      tlsFingerprint: undefined,
      ...localFlags,
    },
    { ...config, mode: "local" },
    { ignoreEnvUrl: true },
  );
  const taken = found.some(({ active }) => active);
  found.push({ kind: "localLoopback", label: "Local loopback", active: !taken, target: local });
  return [found, problems];
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

function warningsFor(probed: readonly Probed[], reachable: readonly Probed[]): Warning[] {
  const warnings: Warning[] = [];
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

function targetJson({ kind, active, target, result }: Probed): Record<string, unknown> {
  return {
    id: kind,
    kind,
    url: target.url,
    active,
    tunnel: null,
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
  warnings: readonly Warning[],
  summary: { ok: boolean; capability: Capability; timeoutMs: number },
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
      : "Start a gateway here with: openclaw gateway run",
  );
}
