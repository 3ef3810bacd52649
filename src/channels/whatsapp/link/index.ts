export { type Adoption, type AdoptDeps, adoptLink } from "./legacy/adopt.ts";
export { type FolderFacts, linkFolders } from "./legacy/folders.ts";
export { credentialsIn, holdsLink } from "./legacy/link-folder.ts";
export { isOwnedElsewhere, type OwnerNote, ownerOf } from "./legacy/owner-note.ts";
export { numberOf, selfOf } from "./self.ts";
export { whatsappLinking } from "./whatsapp-linking.ts";
