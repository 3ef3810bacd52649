import type { OpenClawConfig } from "../../config/index.ts";
import type { HealthSnapshot } from "../../protocol/index.ts";

export interface AgentIds {
  readonly defaultId: string;
  readonly ids: readonly string[];
}

/** The configured agents; without any there is one, `main`. */
export function agentIds(config: OpenClawConfig): AgentIds {
  const listed = config.agents?.list ?? [];
  const ids = new Set([...Object.keys(config.agents?.entries ?? {}), ...listed.map((agent) => agent.id)]);
  if (ids.size === 0) ids.add("main");
  const marked = listed.find((agent) => agent.default === true)?.id;
  const [first = "main"] = ids;
  return { defaultId: marked ?? (ids.has("main") ? "main" : first), ids: [...ids] };
}

type SessionsHealth = NonNullable<HealthSnapshot["sessions"]>;

/** No part of this gateway opens sessions yet, so there are none to count. */
export function sessionsHealth(path: string): SessionsHealth {
  return { path, count: 0, recent: [] };
}

/** What the health payload says of channels, agents and sessions. */
export function rosterHealth(config: OpenClawConfig, sessionsPath: string): Partial<HealthSnapshot> {
  return {
    plugins: { loaded: [], errors: [] },
    configReload: { hotReloadStatus: config.gateway.reload.mode === "off" ? "disabled" : "active" },
    channels: {},
    channelOrder: [],
    channelLabels: {},
    heartbeatSeconds: 0,
    defaultAgentId: agentIds(config).defaultId,
    agents: agentsHealth(config, sessionsPath),
    sessions: sessionsHealth(sessionsPath),
  };
}

function agentsHealth(config: OpenClawConfig, sessionsPath: string): NonNullable<HealthSnapshot["agents"]> {
  const { defaultId, ids } = agentIds(config);
  return ids.map((agentId) => ({
    agentId,
    isDefault: agentId === defaultId,
    heartbeat: { enabled: false, every: "0m", everyMs: null, prompt: "", target: "none", ackMaxChars: 0 },
    sessions: sessionsHealth(sessionsPath),
  }));
}
