import type { LinksAtRest } from "../../linking.ts";
import { linkFolders } from "./legacy/folders.ts";
import { credentialsIn, holdsLink } from "./legacy/link-folder.ts";
import { ownerOf } from "./legacy/owner-note.ts";
import { identityOf } from "./self.ts";

/** Links of WhatsApp as they lie in a store or in files. */
export const whatsappLinksAtRest: LinksAtRest = {
  identity: identityOf,
  async files(place) {
    const folder = linkFolders(place).find(holdsLink);
    const creds = folder === undefined ? undefined : await credentialsIn(folder);
    const identity = identityOf(creds?.text);
    if (folder === undefined || identity === undefined) return undefined;
    const owner = ownerOf(folder)?.stateDir;
    return { folder, identity, ...(owner !== undefined && { owner }) };
  },
};
