export * from "./run.ts";
export * from "./run-events.ts";
export { AgentRuns } from "./agent-runs.ts";
export type { RunsDeps } from "./deps.ts";
export { queueSettings } from "./lanes/queue-settings.ts";
