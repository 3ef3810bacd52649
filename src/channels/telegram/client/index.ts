export { CallError, type CallTrouble } from "./call-error.ts";
export {
  type BotAnswer,
  type BotMethod,
  type BotPayload,
  type ClientDeps,
  type HeardCall,
  PUBLIC_API_ROOT,
  telegramClient,
  type TelegramClient,
} from "./client.ts";
