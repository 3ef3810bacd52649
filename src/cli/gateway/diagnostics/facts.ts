import { isRecord } from "../../../client/index.ts";
import type { GatewayFlags } from "../../rpc/flags.ts";
import { callGateway } from "../../rpc/gateway.ts";
import { inspectService } from "../../service/facts/inspect.ts";
import type { Session } from "../../session.ts";
import { findGatewayProcess } from "../process.ts";

/** What the supervisor says of the gateway's service, without paths, commands and variables. */
export async function statusFacts(session: Session): Promise<unknown> {
  const { status, absence, issues, others, config } = await inspectService(session, { deep: false });
  const { runtime } = status ?? {};
  const process = findGatewayProcess(session);
  return {
    service: {
      label: status?.label ?? "none",
      installed: status?.installed ?? false,
      loaded: status?.loaded ?? false,
      runtime: runtime && { status: runtime.status, state: runtime.state, lastExit: runtime.lastExitStatus },
      ...(absence && { absence: absence.code }),
      audit: issues.map(({ code, level }) => ({ code, level })),
      others: others.length,
    },
    gateway: { running: process.status, port: process.port, bindMode: config?.bind.mode },
  };
}

/** What the gateway says of itself: no names of accounts, agents or sessions, only how they are. */
export async function healthFacts(
  session: Session,
  flags: GatewayFlags,
): Promise<Readonly<Record<string, unknown>>> {
  let health: unknown;
  try {
    health = await callGateway(session, flags, { scopes: ["operator.read"] }, "health", {});
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
  if (!isRecord(health)) return { ok: false, error: "the answer is no health" };
  const { ok, ts, durationMs, eventLoop, configReload, channels, agents, sessions } = health;
  return {
    ok,
    ts,
    durationMs,
    eventLoop,
    configReload,
    agents: Array.isArray(agents) ? agents.length : 0,
    sessions: isRecord(sessions) ? sessions["count"] : undefined,
    channels: isRecord(channels)
      ? Object.fromEntries(Object.entries(channels).map(([id, state]) => [id, channelFacts(state)]))
      : {},
  };
}

const CHANNEL_FACTS = ["configured", "running", "connected", "linked", "lifecycle", "lastError"] as const;

function channelFacts(state: unknown): unknown {
  if (!isRecord(state)) return undefined;
  return Object.fromEntries(
    CHANNEL_FACTS.flatMap((name) => (state[name] === undefined ? [] : [[name, state[name]]])),
  );
}
