import type { Sender } from "../../agent/index.ts";
import { holdsScope } from "../../protocol/index.ts";
import type { Client } from "../method.ts";

/** Operators speak for the owner of the gateway; those who administer it are the owner. */
export const OWNER_ID = "gateway-owner";

/**
 * Who a message over a gateway connection is from: what its scopes prove, whatever its text says. Tools of the owner run
 * commands and read the configuration, so they are for those who may change it anyway: with less, a connection that may
 * only write would have itself made an administrator. What a client calls itself is the name of a program, not of a person.
 */
export function senderOf({ client, scopes }: Client): Sender {
  const isAdmin = holdsScope(scopes, "operator.admin");
  return {
    id: OWNER_ID,
    isOwner: isAdmin,
    isAuthorized: holdsScope(scopes, "operator.write"),
    isAdmin,
    channel: client.mode === "cli" ? "cli" : "webchat",
    client: { id: client.id, mode: client.mode },
  };
}
