export { PUBLIC_API_ROOT } from "./api-root.ts";
export { CallError, type CallTrouble } from "./call-error.ts";
export {
  type BotAnswer,
  type BotMethod,
  type BotPayload,
  type ClientDeps,
  type HeardCall,
  telegramClient,
  type TelegramClient,
} from "./client.ts";
