import { runningGateway } from "../../../lib/locks/index.ts";
import type { channels } from "../../../protocol/index.ts";
import { withStoreAtRest } from "../../local-store.ts";
import { noFlags } from "../../rpc/flags.ts";
import { withGateway } from "../../rpc/gateway.ts";
import type { Session } from "../../session.ts";

/** The gateway tells the platform, which may take its time. */
const LOGOUT_TIMEOUT_MS = 20_000;

/** What came of it. */
export interface Forgotten {
  /** There was a link. */
  readonly cleared: boolean;
  /** The platform heard of it. */
  readonly told: boolean;
}

/**
 * Ends the link of an account of this state: by the gateway, which tells the platform, or in the database when none runs.
 * @throws CliError
 */
export async function forgetLink(session: Session, channel: string, accountId: string): Promise<Forgotten> {
  const { paths, clock } = session;
  if (runningGateway({ stateLockPath: paths.stateLockPath, clock }) === undefined) {
    const cleared = await withStoreAtRest(session, (store) =>
      store.channelKeys.clear({ channel, accountId }),
    );
    return { cleared, told: false };
  }
  const access = { scopes: ["operator.admin"], label: "Logging out" } as const;
  const { cleared, details } = await withGateway(session, noFlags(LOGOUT_TIMEOUT_MS), access, (client) =>
    client.request<typeof channels.channelsLogout>(
      "channels.logout",
      { channel, accountId },
      { timeoutMs: LOGOUT_TIMEOUT_MS },
    ),
  );
  return { cleared, told: details?.["told"] === true };
}
