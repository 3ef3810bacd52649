export type * from "./accounts.ts";
export { type AccountView, ChannelAccounts, type Intake } from "./channel-accounts.ts";
export { ChannelStatus } from "./channel-status.ts";
export { configFindings } from "./config-findings.ts";
export { AccountLinks } from "./links.ts";
export { countQueues, type QueueFacts } from "./queues.ts";
