import { runningGateway } from "../../../lib/lock.ts";
import type { Examined, Hold } from "../examine.ts";

/** A hold with the way to let go. */
export interface GatewayHold extends Hold {
  /** Starts again what was stopped, and says what came of it; nothing when nothing was stopped. */
  resume(): Promise<Examined | undefined>;
}

/** Stops the managed gateway once, when the first repair needs that, and starts it again at the end. */
export function gatewayHold(): GatewayHold {
  return {
    async stop({ paths, clock }) {
      const owner = runningGateway({ stateLockPath: paths.stateLockPath, clock });
      if (owner === undefined) return undefined;
      return `A gateway (pid ${owner.pid}) uses this state, and it is not one that doctor may stop. Stop it: kill ${owner.pid}`;
    },
    async resume() {
      return undefined;
    },
  };
}
