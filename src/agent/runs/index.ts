export * from "./run.ts";
export * from "./run-events.ts";
export { AgentRuns } from "./agent-runs.ts";
export type { RunsDeps } from "./deps.ts";
export { maySayAgain } from "./failure.ts";
export {
  commandFingerprint,
  commandOutcome,
  commandRecord,
  commandRow,
  recordedCommand,
} from "./record/command-record.ts";
export { queueSettings, type QueueSettings } from "./lanes/queue-settings.ts";
export type { Resumed } from "./resume.ts";
export { usageFooter } from "./turn/footer.ts";
