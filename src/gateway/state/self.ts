import { hostname, release, type } from "node:os";
import { VERSION } from "../../lib/version.ts";
import type { PresenceEntry } from "../../protocol/index.ts";

/** This gateway's own row of the presence list, without the time. */
export function selfEntry(instanceId: string): Omit<PresenceEntry, "ts"> {
  const host = hostname();
  return {
    host,
    version: VERSION,
    platform: `${process.platform} ${release()}`,
    deviceFamily: type(),
    mode: "gateway",
    reason: "self",
    instanceId,
    text: `Gateway: ${host} · app ${VERSION} · mode gateway · reason self`,
  };
}
