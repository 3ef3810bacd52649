export { whatsappChannel, type WhatsappDeps } from "./whatsapp.ts";
