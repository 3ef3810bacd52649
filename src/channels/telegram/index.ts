export type { OpenMedia } from "./calls/index.ts";
export { telegramChannel, type TelegramDeps } from "./telegram.ts";
