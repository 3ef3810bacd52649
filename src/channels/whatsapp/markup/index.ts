export { whatsappTexts } from "./texts.ts";
