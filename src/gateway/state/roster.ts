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

/** The agents' part of the health payload. */
export function agentsHealth(
  config: OpenClawConfig,
  sessionsPath: string,
): NonNullable<HealthSnapshot["agents"]> {
  const { defaultId, ids } = agentIds(config);
  return ids.map((agentId) => ({
    agentId,
    isDefault: agentId === defaultId,
    heartbeat: { enabled: false, every: "0m", everyMs: null, prompt: "", target: "none", ackMaxChars: 0 },
    sessions: sessionsHealth(sessionsPath),
  }));
}
