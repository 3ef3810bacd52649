import type { Sender } from "../../agent/index.ts";
import { holdsScope } from "../../protocol/index.ts";
import type { Client } from "../method.ts";

/** Operators speak as the owner of the gateway. */
export const OWNER_ID = "gateway-owner";

/** Who a message over a gateway connection is from: what its scopes prove, whatever its text says. */
export function senderOf({ client, scopes }: Client): Sender {
  const mayWrite = holdsScope(scopes, "operator.write");
  return {
    id: OWNER_ID,
    ...(client.displayName !== undefined && { name: client.displayName }),
    isOwner: mayWrite,
    isAuthorized: mayWrite,
    isAdmin: holdsScope(scopes, "operator.admin"),
    channel: client.mode === "cli" ? "cli" : "webchat",
    client: { id: client.id, mode: client.mode },
  };
}
