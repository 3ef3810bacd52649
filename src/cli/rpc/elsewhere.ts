import { runningGateway } from "../../lib/locks/index.ts";
import type { Session } from "../session.ts";
import type { GatewayFlags } from "./flags.ts";
import { readTargetConfig } from "./target-config.ts";

/**
 * True when a gateway is to be asked: one runs on this machine's state folder, or the options, the environment or the
 * configuration mean another. Else the files are nobody's, and a command may work on them itself.
 */
export async function isElsewhere(session: Session, flags: GatewayFlags): Promise<boolean> {
  if (flags.url !== undefined || flags.port !== undefined || session.env.gateway.url !== undefined)
    return true;
  const { stateLockPath } = session.paths;
  if (runningGateway({ stateLockPath, clock: session.clock }) !== undefined) return true;
  const { mode, remote } = await readTargetConfig(session);
  return mode === "remote" || remote?.url !== undefined;
}
