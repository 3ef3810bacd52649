export { telegramChannel, type TelegramDeps } from "./telegram.ts";
