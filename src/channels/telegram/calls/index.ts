export type { CallDeps } from "./deps.ts";
export { TelegramCalls } from "./telegram-calls.ts";
