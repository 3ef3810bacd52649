import type { KeyOwner } from "../../../store/index.ts";
import type { ChannelLinking, LinkingDeps } from "../../linking.ts";
import { QrLogin } from "./qr-login.ts";
import { selfOf } from "./self.ts";
import { webPairing } from "./web-pairing.ts";

/** Links accounts of WhatsApp as WhatsApp Web does: by a code that the phone scans. */
export function whatsappLinking(deps: LinkingDeps): ChannelLinking {
  const { keys, clock, log } = deps;
  return {
    async link(accountId) {
      const creds = await keys.creds(ownerOf(accountId));
      const self = selfOf(creds?.value);
      return self && creds && { self, since: creds.createdAt };
    },
    login(accountId, options) {
      const ownLog = log.child(`channels/whatsapp/${accountId}`);
      const wire = webPairing({ ...deps, log: ownLog }, ownerOf(accountId));
      return new QrLogin({ wire, clock, log: ownLog }, options);
    },
    forget: (accountId) => keys.clear(ownerOf(accountId)),
  };
}

function ownerOf(accountId: string): KeyOwner {
  return { channel: "whatsapp", accountId };
}
