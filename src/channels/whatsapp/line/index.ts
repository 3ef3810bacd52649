export { NOT_LINKED, reactionTo } from "./endings.ts";
export { Groups } from "./groups.ts";
export { Intake, sendsReadReceipts } from "./intake.ts";
export { Observed } from "./observed.ts";
export { reconnectPause } from "./pause.ts";
export { type RecentMessage, RecentMessages } from "./recent.ts";
