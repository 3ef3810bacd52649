export { whatsappMarkup } from "./markup.ts";
export { type WhatsappText, whatsappTexts } from "./texts.ts";
