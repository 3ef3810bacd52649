export type { AccountLifecycle } from "./account-status.ts";
export type * from "./accounts.ts";
export {
  type AccountView,
  ChannelAccounts,
  type ChannelAccountsDeps,
  type ConfiguredFrom,
  type Intake,
} from "./channel-accounts.ts";
export {
  ChannelStatus,
  type ChannelStatusDeps,
  type ChannelSummary,
  type StatusQuestion,
} from "./channel-status.ts";
export { configFindings, type PlacedFinding } from "./config-findings.ts";
export { countQueues, type QueueFacts } from "./queues.ts";
