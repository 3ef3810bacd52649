import type { Roster } from "../../agent/index.ts";
import type { OpenClawConfig } from "../../config/index.ts";
import type { HealthSnapshot } from "../../protocol/index.ts";
import type { SessionCensus } from "./session-census.ts";

/** This version wakes no agent by itself. */
const NO_HEARTBEAT = {
  enabled: false,
  every: "0m",
  everyMs: null,
  prompt: "",
  target: "none",
  ackMaxChars: 0,
};

/** What the health payload says of agents and sessions. */
export function rosterHealth(
  config: OpenClawConfig,
  roster: Roster,
  census: SessionCensus,
): Partial<HealthSnapshot> {
  return {
    plugins: { loaded: [], errors: [] },
    configReload: { hotReloadStatus: config.gateway.reload.mode === "off" ? "disabled" : "active" },
    heartbeatSeconds: 0,
    defaultAgentId: roster.defaultId,
    agents: roster.list().map(({ id, name, isDefault }) => ({
      agentId: id,
      ...(name !== undefined && { name }),
      isDefault,
      heartbeat: NO_HEARTBEAT,
      sessions: census.of(id),
    })),
    sessions: census.of(),
  };
}
