import type { ForeignService, Service } from "../../service/contract.ts";
import { inspectService } from "../../service/facts/inspect.ts";
import { asked } from "../../service/failure.ts";
import { noteLifecycle, supervisorMode } from "../../service/lifecycle-log.ts";
import { openService } from "../../service/seat.ts";
import type { Session } from "../../session.ts";
import type { Check, Finding, Look, Repair } from "../check.ts";
import { handsOff } from "./hands-off.ts";

/** No service of an earlier name, and none of somebody else, starts a second gateway. */
export const otherServicesCheck: Check = {
  id: "other-services",
  title: "Other services",
  reason:
    "A service of an earlier name starts the older gateway again, on the same accounts and the same port.",
  ofThePast: true,
  async run(session, look) {
    const { seat, others } = await inspectService(session, { deep: look.deep });
    if (seat.service === undefined)
      return { skipped: "no supported service manager was found on this machine" };
    return others.map((other) => findingOf(other, session, look));
  },
};

function findingOf(other: ForeignService, session: Session, look: Look): Finding {
  const { label, detail, scope, legacy, running, cleanup, marker } = other;
  const kept = handsOff(session);
  const removable = legacy && scope === "user";
  const state = running === true ? ", and runs" : "";
  return {
    severity: legacy ? "warning" : "info",
    message: legacy
      ? `${label} is the gateway's service under the name of an earlier version (${marker})${state}.`
      : `${label} looks like a gateway's service, and is not this one's (${scope}${state}).`,
    target: label,
    details: [detail, ...(removable && kept === undefined ? [] : cleanup)],
    ...(removable && kept === undefined && { repair: removing(other, session, look) }),
    ...(removable && kept !== undefined && { fixHint: kept }),
    ...(!removable && { fixHint: "Leave it, if it is meant; a second gateway needs a profile of its own" }),
  };
}

function removing(other: ForeignService, session: Session, { aftermath }: Look): Repair {
  return {
    summary: `Stop and remove ${other.label}; its file is kept beside it (.bak)`,
    async apply() {
      const service: Service | undefined = (await openService(session)).service;
      if (service === undefined) throw new Error("the supervisor is gone");
      await noteLifecycle(session, { action: "uninstall", mode: supervisorMode(service.kind, "uninstall") });
      const lines = await asked(() => service.removeLegacy(other));
      aftermath.add("legacy-service-removed");
      return lines.join("; ");
    },
  };
}
