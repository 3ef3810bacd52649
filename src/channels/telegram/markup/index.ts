export { telegramCaption, telegramTexts } from "./texts.ts";
