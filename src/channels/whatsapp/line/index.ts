export { Intake, sendsReadReceipts } from "./intake.ts";
export { keepLine, type LineEnd, type OpenLine } from "./line.ts";
export { Observed } from "./observed.ts";
export { SentMessages } from "./sent.ts";
export { type RecentMessage, RecentMessages } from "./recent.ts";
