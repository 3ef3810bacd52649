export { whatsappAccounts } from "./accounts.ts";
export { whatsappSettings } from "./settings.ts";
