import { type GatewayOwner, runningGateway } from "../../lib/locks/index.ts";
import { openConfig } from "../config/open.ts";
import type { Session } from "../session.ts";

/** The gateway that goes on with a configuration whose file is gone, by a reset or by hand; `undefined` when there is none. */
export function outlivedConfig(session: Session): GatewayOwner | undefined {
  if (openConfig(session).peek().exists) return undefined;
  const { paths, clock } = session;
  return runningGateway({ stateLockPath: paths.stateLockPath, clock });
}

/** What a person has to know of it, and what ends that state. */
export function outlivedLines({ pid }: GatewayOwner): string[] {
  return [
    `The gateway that runs (pid ${pid}) goes on with what it read when it started, its token too; there is no configuration any more.`,
    "End it: openclaw gateway stop",
    "Then set it up anew: openclaw onboard",
  ];
}
