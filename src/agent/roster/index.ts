export { type AgentEntry, configuredAgents, entryOf, SOLE_AGENT_ID } from "./agent-entry.ts";
export * from "./configured-roster.ts";
export type { RosterPaths } from "./places.ts";
export * from "./roster.ts";
export * from "./roster-editor.ts";
