import { newerWriter } from "../../../config/index.ts";
import { VERSION } from "../../../lib/version.ts";
import { openConfig } from "../../config/open.ts";
import type { Session } from "../../session.ts";

/** Why doctor leaves services alone here; `undefined` when it may mend them. */
export function handsOff(session: Session): string | undefined {
  const { repairExternal, supervisorExternal } = session.env.service;
  if (repairExternal) return "OPENCLAW_SERVICE_REPAIR_POLICY=external leaves services to somebody else.";
  if (supervisorExternal)
    return "OPENCLAW_SUPERVISOR_MODE=external leaves the gateway's life to another supervisor.";
  const writer = newerWriter(openConfig(session).peek().sourceConfig, VERSION);
  if (writer === undefined) return undefined;
  return `The configuration was last written by OpenClaw ${writer}, newer than this program: use that one.`;
}
