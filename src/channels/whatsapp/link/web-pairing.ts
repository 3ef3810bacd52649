import type { KeyOwner } from "../../../store/index.ts";
import type { LinkingDeps } from "../../linking.ts";
import { openSocket, webPlace } from "../socket/index.ts";
import { FreshKeys } from "./fresh-keys.ts";
import type { PairingWire } from "./pairing-wire.ts";
import { selfOf } from "./self.ts";

/** WhatsApp Web as a login sees it: each connection has an identity of its own, which lies in memory until it is kept. */
export function webPairing({ keys, egress, processEnv, log }: LinkingDeps, owner: KeyOwner): PairingWire {
  return {
    async open(listener) {
      const fresh = new FreshKeys();
      const socket = await openSocket({
        keys: fresh,
        owner,
        place: webPlace(processEnv),
        egress,
        log,
        heard(news) {
          if (news.kind === "qr") listener.code(news.qr);
          if (news.kind === "paired") listener.paired();
          if (news.kind === "closed") {
            const { code, message } = news.ending;
            listener.ended({ code: code === 0 ? undefined : code, message });
          }
        },
      });
      return {
        get self() {
          return selfOf(fresh.all().creds);
        },
        keep: async () => void (await keys.replace(owner, fresh.all())),
        close: () => socket.close(),
      };
    },
  };
}
