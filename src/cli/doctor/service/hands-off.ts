import { foreignHands } from "../../service/refusals.ts";
import type { Session } from "../../session.ts";

/** Why doctor leaves services alone here; `undefined` when it may mend them. */
export function handsOff(session: Session): string | undefined {
  if (session.env.service.repairExternal)
    return "OPENCLAW_SERVICE_REPAIR_POLICY=external leaves services to somebody else.";
  const hands = foreignHands(session);
  if (hands === undefined) return undefined;
  return hands.code === "external" ? hands.reason : `${hands.reason}: use that one.`;
}
