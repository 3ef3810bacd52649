export { whatsappAccounts } from "./accounts.ts";
export { ownContact } from "./own-contact.ts";
export { whatsappSettings } from "./settings.ts";
