import type { GatewayClient } from "../../client/index.ts";
import type { OperatorScope, PairedDevice } from "../../protocol/index.ts";
import type { GatewayFlags } from "../rpc/flags.ts";
import { withGateway } from "../rpc/gateway.ts";
import type { Session } from "../session.ts";
import { findDevice, readPairings } from "./find.ts";

/** Changing another device than the caller's own takes an administrator. */
const CHANGE_SCOPES: readonly OperatorScope[] = ["operator.pairing", "operator.admin"];

/** Finds the paired device a person means and changes it, on one connection. */
export function changeDevice<T>(
  session: Session,
  flags: GatewayFlags,
  wanted: string,
  change: (client: GatewayClient, device: PairedDevice) => Promise<T>,
): Promise<T> {
  return withGateway(session, flags, { scopes: CHANGE_SCOPES, label: "Working" }, async (client) => {
    const { paired } = await readPairings(client, flags.timeout);
    return change(client, findDevice(paired, wanted));
  });
}
