export { PUBLIC_API_ROOT } from "./api-root.ts";
export { CallError, type CallTrouble } from "./call-error.ts";
export { type HeardCall, telegramClient, type TelegramClient } from "./client.ts";
