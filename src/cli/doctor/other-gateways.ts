import { displayPath } from "../../config/index.ts";
import { findNeighbours } from "../gateway/neighbours.ts";
import type { Check, Finding } from "./check.ts";

/** Other state folders and gateways of this machine; reported, never touched. */
export const otherGatewaysCheck: Check = {
  id: "other-gateways",
  title: "Other gateways",
  reason: "A second gateway, or the state of an older installation, is easily taken for this one.",
  async run(session) {
    const { states, processes } = await findNeighbours(session);
    const shown = (path: string) => displayPath(path, session.paths.home);
    return [
      ...states.map(({ stateDir, gateway }): Finding => ({
        severity: "info",
        message:
          gateway === undefined
            ? `There is another state folder: ${shown(stateDir)}. No gateway runs on it.`
            : `Another gateway runs on ${shown(stateDir)} (pid ${gateway.pid}, port ${gateway.port ?? "unknown"}).`,
        path: stateDir,
      })),
      ...processes.map(({ pid, address }): Finding => ({
        severity: "info",
        message: `Another openclaw listens on ${address ?? "an unknown address"} (pid ${pid}).`,
        target: `pid ${pid}`,
      })),
    ];
  },
};
