export { CAPTION_LIMIT, MESSAGE_LIMIT } from "./limits.ts";
export { telegramCaption, type TelegramText, telegramTexts, type TelegramTextOptions } from "./texts.ts";
