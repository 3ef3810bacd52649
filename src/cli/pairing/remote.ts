import { type GatewayClient, GatewayRequestError } from "../../client/index.ts";
import { type channelPairing, holdsScope } from "../../protocol/index.ts";
import type { GatewayFlags } from "../rpc/flags.ts";
import { withGateway } from "../rpc/gateway.ts";
import type { Session } from "../session.ts";
import type { PairingAccess, Waiting } from "./access.ts";

/** Whoever has the secret of a gateway on this machine owns it, and may make its first owner known. */
const ACCESS = {
  scopes: ["operator.pairing"],
  localScopes: ["operator.admin"],
  label: "Asking the gateway",
} as const;

/** Does work on the requests of a gateway that runs. Throws `CliError`. */
export function withRemotePairing<T>(
  session: Session,
  flags: GatewayFlags,
  work: (pairing: PairingAccess) => Promise<T>,
): Promise<T> {
  return withGateway(session, flags, ACCESS, (client) => work(remotePairing(client, flags.timeout)));
}

function remotePairing(client: GatewayClient, timeoutMs: number): PairingAccess {
  const named = ({ channel, accountId, code }: Waiting) => ({ channel, accountId, requestId: code });
  // Only an administrator makes an owner; everybody else who may approve lets people in all the same.
  const mayClaim = holdsScope(client.hello.auth.scopes, "operator.admin");
  let hasOwner = false;
  return {
    async list() {
      const listed = await client.request<typeof channelPairing.list>(
        "channels.pairing.list",
        {},
        { timeoutMs },
      );
      hasOwner = listed.commandOwnerConfigured;
      return listed.requests.map(
        ({ requestId, metadata, channel, accountId, senderId, createdAt, lastSeenAt }) => ({
          channel,
          accountId,
          senderId,
          code: requestId,
          createdAt,
          lastSeenAt,
          meta: metadata ?? {},
        }),
      );
    },
    async approve(request, { notify }) {
      const params = { ...named(request), notify, ...(mayClaim && { bootstrapCommandOwner: true }) };
      const result = await unlessGone(
        client.request<typeof channelPairing.approve>("channels.pairing.approve", params, { timeoutMs }),
      );
      if (result === undefined) return undefined;
      const { notification, commandOwnerBootstrap } = result;
      return { owner: mayClaim || hasOwner ? commandOwnerBootstrap : "unavailable", notification };
    },
    async dismiss(request) {
      const result = await unlessGone(
        client.request<typeof channelPairing.dismiss>("channels.pairing.dismiss", named(request), {
          timeoutMs,
        }),
      );
      return result !== undefined;
    },
  };
}

/** Somebody else may have decided meanwhile. */
async function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GatewayRequestError && isGone(error.details)) return undefined;
    throw error;
  }
}

function isGone(details: unknown): boolean {
  if (typeof details !== "object" || details === null || !("reason" in details)) return false;
  return details.reason === "CHANNEL_PAIRING_NOT_FOUND";
}
