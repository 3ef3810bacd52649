import { existsSync } from "node:fs";
import { invalidConfig } from "../../config/index.ts";
import { randomIds } from "../../lib/ids.ts";
import { GatewayRunningError } from "../../lib/locks/index.ts";
import { silentLogger } from "../../lib/logger.ts";
import { configFailure, openConfig } from "../config/open.ts";
import { CliError } from "../errors.ts";
import { withStore } from "../local-store.ts";
import type { Session } from "../session.ts";
import type { PairingAccess } from "./access.ts";

const NOBODY_WAITS: PairingAccess = {
  list: async () => [],
  approve: async () => undefined,
  dismiss: async () => false,
};

/** Does work on the store of a gateway that is down; none can be started meanwhile. Throws `CliError`. */
export async function withLocalPairing<T>(
  session: Session,
  work: (pairing: PairingAccess) => Promise<T>,
): Promise<T> {
  // Where nothing was stored yet, looking makes no file.
  if (!existsSync(session.paths.dbPath)) return work(NOBODY_WAITS);
  const config = openConfig(session);
  const { valid, issues } = await config.load();
  if (!valid) throw configFailure(invalidConfig(issues));
  const { CommandOwner, Pairing } = await import("../../channels/index.ts");
  try {
    return await withStore(session, (store) => {
      const pairing = new Pairing({
        repository: store.channelPairing,
        owner: new CommandOwner({ config, log: silentLogger }),
        ids: randomIds,
        log: silentLogger,
      });
      return work({
        list: async () =>
          (await pairing.pending()).map(({ expiresAt: _, createdAt, lastSeenAt, ...request }) => ({
            ...request,
            createdAt: new Date(createdAt).toISOString(),
            lastSeenAt: new Date(lastSeenAt).toISOString(),
          })),
        async approve(request, { notify }) {
          const approved = await pairing.approve(request, { claimOwner: true });
          const notification = notify ? "gateway-down" : "not-requested";
          return approved && { owner: approved.owner, notification };
        },
        dismiss: async (request) => (await pairing.dismiss(request)) !== undefined,
      });
    });
  } catch (error) {
    if (!(error instanceof GatewayRunningError)) throw error;
    throw new CliError("A gateway was started meanwhile.", { hint: "Run the command again.", cause: error });
  }
}
