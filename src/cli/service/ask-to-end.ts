import type { GatewayOwner } from "../../lib/locks/index.ts";
import { openGateway } from "../rpc/gateway.ts";
import type { Session } from "../session.ts";
import { ownTarget } from "./foreground.ts";
import { noteLifecycle } from "./lifecycle-log.ts";

/** One that is well answers in milliseconds; one that is not is ended the other way. */
const ASK_TIMEOUT_MS = 3_000;

/** Asks the gateway of this state folder to drain and end; `false` when it does not take the request. */
export async function askToEnd(session: Session, owner: GatewayOwner): Promise<boolean> {
  if (owner.port === undefined) return false;
  try {
    const target = await ownTarget(session, owner.port);
    const client = await openGateway(session, target, ASK_TIMEOUT_MS, { scopes: ["operator.admin"] });
    try {
      await client.call("gateway.stop", {}, { timeoutMs: ASK_TIMEOUT_MS });
      await noteLifecycle(session, { action: "stop", mode: "rpc", pid: owner.pid });
      return true;
    } finally {
      await client.close();
    }
  } catch {
    // Hung, of an older version, or with another secret: whatever it is, its supervisor ends it.
    return false;
  }
}
