export { linkAccount } from "./link.ts";
export { type AccountRow, PATIENCE_MS, WhatsappWorld, type WhatsappWorldOptions } from "./world.ts";
