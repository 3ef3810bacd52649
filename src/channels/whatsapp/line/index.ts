export { sendsReadReceipts } from "./intake.ts";
export { keepLine, type OpenLine } from "./line.ts";
export { Observed } from "./observed.ts";
export type { SentMessages } from "./sent.ts";
export { type RecentMessage, RecentMessages } from "./recent.ts";
