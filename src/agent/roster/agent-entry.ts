import type { OpenClawConfig } from "../../config/index.ts";

/** What the configuration says of one agent. */
export type AgentEntry = NonNullable<NonNullable<OpenClawConfig["agents"]>["entries"]>[string];

/** The id an agent goes by when none is configured. */
export const SOLE_AGENT_ID = "main";

/**
 * The configured agents by id, in the order of the file. `agents.entries` wins over `agents.list`, the older key, whose
 * ids are taken in small letters. Empty when none is configured: there is one then, `main`.
 */
export function configuredAgents(config: OpenClawConfig): ReadonlyMap<string, AgentEntry> {
  const agents = new Map<string, AgentEntry>();
  for (const { id, ...entry } of config.agents?.list ?? []) agents.set(id.toLowerCase(), entry);
  for (const [id, entry] of Object.entries(config.agents?.entries ?? {})) {
    agents.set(id, { ...agents.get(id), ...entry });
  }
  return agents;
}

/** The entry of one agent; empty for one that is not configured. */
export function entryOf(config: OpenClawConfig, agentId: string): AgentEntry {
  return configuredAgents(config).get(agentId) ?? {};
}
