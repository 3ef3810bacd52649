export type { CallDeps, OpenMedia } from "./deps.ts";
export { TelegramCalls } from "./telegram-calls.ts";
