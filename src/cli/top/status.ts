import { release } from "node:os";
import { displayPath } from "../../config/index.ts";
import type { GatewayClient, GatewayTarget } from "../../client/index.ts";
import type { HealthSnapshot, PresenceEntry, ResultOf, status } from "../../protocol/index.ts";
import { VERSION } from "../../lib/version.ts";
import type { Run } from "../command.ts";
import type { statusFlags } from "../commands/top.ts";
import { CliError } from "../errors.ts";
import { gatewayFailure } from "../rpc/failure.ts";
import { targetFrom } from "../rpc/gateway.ts";
import { probeGateway, type ProbeResult } from "../rpc/probe.ts";
import { type ConfigSummary, readConfigSummary } from "../rpc/target-config.ts";
import { briefJson, briefText } from "../service/facts/brief.ts";
import { type BriefService, inspectBriefly } from "../service/facts/inspect.ts";
import type { Session } from "../session.ts";
import { presenceTable } from "../system/presence.ts";
import { definitions } from "../terminal/layout.ts";
import { bytes, plural, spanOf } from "../words.ts";
import { printHealth } from "./health.ts";

/** Answers while no model is connected. */
const GUIDE = "builtin/guide";

interface Reading {
  readonly status: ResultOf<typeof status.status>;
  readonly health: HealthSnapshot;
  readonly presence: readonly PresenceEntry[];
  readonly uptimeMs: number;
}

interface Overview {
  readonly config: ConfigSummary;
  readonly target: GatewayTarget | undefined;
  /** Why there is no target. */
  readonly misconfigured: string | undefined;
  readonly probe: ProbeResult<Reading> | undefined;
  readonly service: BriefService;
}

export const run: Run<typeof statusFlags> = async ({ flags, session }) => {
  const config = await readConfigSummary(session);
  const [target, misconfigured] = await targetOrReason(() => targetFrom(session, flags, config.target));
  const live = flags.deep || flags.probe;
  const probing =
    target && probeGateway(session, target, flags.timeout, (client) => read(client, live, flags.timeout));
  const asking = Promise.all([probing, inspectBriefly(session)]);
  const [probe, service] = await session.out.during("Asking the gateway", asking);
  const overview: Overview = { config, target, misconfigured, probe, service };
  if (flags.json) session.out.json(asJson(overview, session));
  else print(overview, session, { all: flags.all, live });
};

async function targetOrReason(
  find: () => Promise<GatewayTarget>,
): Promise<readonly [GatewayTarget | undefined, string | undefined]> {
  try {
    return [await find(), undefined];
  } catch (error) {
    const failure = gatewayFailure(error);
    // An option that cannot be used is refused; a configuration that cannot is part of the overview.
    if (failure instanceof CliError && !failure.message.startsWith("gateway.")) throw failure;
    return [undefined, failure instanceof Error ? failure.message : String(failure)];
  }
}

async function read(client: GatewayClient, live: boolean, timeoutMs: number): Promise<Reading> {
  const options = { timeoutMs };
  const [health, summary, presence] = await Promise.all([
    client.request<typeof status.health>("health", live ? { probe: true } : {}, options),
    client.request<typeof status.status>("status", { includeChannelSummary: true }, options),
    client.request<typeof status.systemPresence>("system-presence", {}, options),
  ]);
  return { health, status: summary, presence, uptimeMs: client.hello.snapshot.uptimeMs };
}

function asJson({ config, target, misconfigured, probe, service }: Overview, session: Session) {
  const summary = probe?.reading?.status;
  const agents = probe?.reading?.health.agents ?? [];
  return {
    runtimeVersion: summary?.runtimeVersion ?? VERSION,
    heartbeat: summary?.heartbeat ?? null,
    channelSummary: summary?.channelSummary ?? [],
    queuedSystemEvents: summary?.queuedSystemEvents ?? [],
    degradedSecretOwners: summary?.degradedSecretOwners ?? [],
    tasks: summary?.tasks ?? null,
    sessions: summary?.sessions ?? null,
    os: { platform: process.platform, arch: process.arch, release: release(), label: osLabel() },
    config: { path: config.path, exists: config.exists, valid: config.valid, issues: config.issues },
    gateway: {
      mode: config.target.mode ?? "local",
      url: target?.url ?? null,
      urlSource: target?.urlSource ?? null,
      misconfigured: misconfigured !== undefined,
      reachable: probe?.ok ?? false,
      connectLatencyMs: probe?.latencyMs ?? null,
      self: probe?.reading?.presence.find((row) => row.reason === "self") ?? null,
      error: misconfigured ?? probe?.error ?? probe?.readError ?? null,
      authWarning: null,
    },
    gatewayService: briefJson(service, session),
    agents: {
      defaultId: probe?.reading?.health.defaultAgentId ?? null,
      agents,
      totalSessions: agents.reduce((sum, agent) => sum + agent.sessions.count, 0),
    },
    profile: session.profile ?? null,
    secretDiagnostics: [],
  };
}

function print(overview: Overview, session: Session, show: { all: boolean; live: boolean }): void {
  const { out, clock } = session;
  const reading = overview.probe?.reading ?? undefined;
  out.line(out.style.bold("OpenClaw status"));
  out.line();
  out.line("Overview");
  for (const line of definitions(overviewRows(overview, session, show.all))) out.line(line);
  if (reading && (show.live || show.all)) {
    out.line();
    out.line("Health");
    printHealth(reading.health, out, clock.now());
  }
  if (reading && show.all) {
    out.line();
    out.line("Presence");
    for (const line of presenceTable(reading.presence, clock.now())) out.line(line);
  }
  out.line();
  out.line(`Next: ${nextStep(overview)}`);
}

function overviewRows(overview: Overview, session: Session, all: boolean): (readonly [string, string])[] {
  const { config, probe } = overview;
  const { paths } = session;
  const place = displayPath(config.path, paths.home);
  const summary = probe?.reading?.status;
  const memory = summary?.processMemory;
  return [
    ["Version", VERSION],
    ["OS", osLabel()],
    ...row("Profile", session.profile),
    ["Config", `${place}${config.exists ? "" : " (missing)"}${config.valid ? "" : " (invalid)"}`],
    ...row("State", all ? displayPath(paths.stateDir, paths.home) : undefined),
    ["Gateway", gatewayText(overview)],
    ["Gateway service", briefText(overview.service, session)],
    ...row("Uptime", probe?.reading && spanOf(probe.reading.uptimeMs)),
    ...row("Memory", all && memory ? bytes(memory.rssBytes) : undefined),
    ...row("Model", summary && modelText(summary.sessions.defaults)),
    ...row("Channels", channelsText(summary?.channelSummary)),
    ...row("Agents", probe?.reading && agentText(probe.reading.health)),
    ...row("Sessions", summary && plural(summary.sessions.count, "session")),
    ...row("Events", summary && `${summary.queuedSystemEvents.length} queued`),
    ...row("Secrets", degradedText(summary?.degradedSecretOwners)),
  ];
}

function row(term: string, text: string | null | undefined): (readonly [string, string])[] {
  return text === undefined || text === null || text === "" ? [] : [[term, text]];
}

function gatewayText({ config, target, misconfigured, probe }: Overview): string {
  const mode = config.target.mode === "remote" ? "remote" : "local";
  if (!target) return `${mode} · ${misconfigured}`;
  const auth = Object.keys(target.auth).filter((key) => key === "token" || key === "password");
  const shown = auth.length === 0 ? "no secret known" : `auth ${auth.join(" and ")}`;
  const reach = probe?.ok ? `reachable ${probe.latencyMs}ms` : `unreachable (${probe?.error})`;
  return `${mode} · ${target.url} (${target.urlSource}) · ${reach} · ${shown}`;
}

function agentText(health: HealthSnapshot): string {
  const agents = health.agents ?? [];
  if (agents.length === 0) return "";
  return `${plural(agents.length, "agent")}, default ${health.defaultAgentId ?? "main"}`;
}

/** `Telegram: default: ready, work: recovering`; the gateway tells a line for a channel and an indented one for each account. */
function channelsText(summary: readonly unknown[] | undefined): string {
  const channels: { readonly label: string; readonly accounts: string[] }[] = [];
  for (const line of summary ?? []) {
    if (typeof line !== "string") continue;
    const account = /^ +- (.+)$/.exec(line)?.[1];
    if (account === undefined) channels.push({ label: line.split(":", 1).join(""), accounts: [] });
    else channels.at(-1)?.accounts.push(account);
  }
  return channels.map(({ label, accounts }) => `${label} ${accounts.join(", ")}`).join(" · ");
}

/** Who answers a turn that asks for nobody else. */
function modelText({ modelProvider, model }: Reading["status"]["sessions"]["defaults"]): string {
  if (model === undefined || model === null) return "none that can answer (openclaw models)";
  const name = modelProvider ? `${modelProvider}/${model}` : model;
  return name === GUIDE ? `${name} (connect a real one: openclaw models auth --help)` : name;
}

function degradedText(owners: readonly unknown[] | undefined): string | undefined {
  if (owners === undefined || owners.length === 0) return undefined;
  return `${plural(owners.length, "owner")} without a working secret: openclaw secrets reload`;
}

function nextStep({ config, target, probe, service }: Overview): string {
  if (!config.valid) return "openclaw config validate";
  if (probe?.ok) return "openclaw logs --follow";
  if (target?.implicitLocal !== true) return "openclaw gateway probe";
  if (probe?.unreachable !== true) return "openclaw gateway status";
  if (service.status?.installed === true) {
    return service.status.runtime.status === "stopped" ? "openclaw gateway start" : "openclaw gateway status";
  }
  return target.configuredLocal ? "openclaw gateway run" : "openclaw onboard";
}

function osLabel(): string {
  const names: Partial<Record<NodeJS.Platform, string>> = {
    darwin: "macOS",
    linux: "Linux",
    win32: "Windows",
  };
  return `${names[process.platform] ?? process.platform} ${release()} (${process.arch})`;
}
