export { type Adoption, adoptLink } from "./legacy/adopt.ts";
export { linkFolders } from "./legacy/folders.ts";
export { whatsappLinksAtRest } from "./at-rest.ts";
export { whatsappLinking } from "./whatsapp-linking.ts";
