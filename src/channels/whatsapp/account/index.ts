export { DEFAULT_ID, whatsappAccounts } from "./accounts.ts";
export { whatsappSettings, type WhatsappSettings } from "./settings.ts";
