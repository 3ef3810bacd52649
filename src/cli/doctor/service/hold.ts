import { resolvePaths } from "../../../config/index.ts";
import { runningGateway } from "../../../lib/locks/index.ts";
import { startGateway, stopGateway } from "../../service/operate.ts";
import { openService } from "../../service/seat.ts";
import { foregroundOwner } from "../../service/place.ts";
import type { Session } from "../../session.ts";
import { type Hold, reasonOf } from "../examine.ts";
import { handsOff } from "./hands-off.ts";

/** What became of the gateway that was stopped for a repair. */
export interface Resumed {
  readonly state: "started" | "failed";
  readonly message: string;
}

/** A hold with the way to let go. */
export interface GatewayHold extends Hold {
  /** Starts again what was stopped, and says what came of it; nothing when nothing was stopped. */
  resume(): Promise<Resumed | undefined>;
}

/** Stops the managed gateway once, when the first repair needs that, and starts it again at the end. */
export function gatewayHold(): GatewayHold {
  let stopped: Session | undefined;
  return {
    async stop(session) {
      const { paths, clock } = session;
      const owner = runningGateway({ stateLockPath: paths.stateLockPath, clock });
      if (owner === undefined) return undefined;
      const free = handsOff(session);
      const who = `A gateway (pid ${owner.pid}) uses this state`;
      const how = "Stop it, run this again, and start it afterwards: openclaw gateway stop";
      if (free !== undefined) return `${who}. ${free} ${how}`;
      const { service } = await openService(session);
      const status = service?.identity.relocated === false ? await service.status() : undefined;
      if (foregroundOwner(session, status) !== undefined) return `${who}, and it is no service. ${how}`;
      await stopGateway(session);
      stopped = session;
      return undefined;
    },
    async resume() {
      if (stopped === undefined) return undefined;
      const { profile, dev } = stopped.root;
      // The state may have moved meanwhile.
      const session = { ...stopped, paths: resolvePaths(stopped.env, { profile, dev }) };
      stopped = undefined;
      try {
        await startGateway(session);
        return { state: "started", message: "The gateway was stopped for this, and runs again." };
      } catch (error) {
        const why = reasonOf(error);
        return {
          state: "failed",
          message: `The gateway was stopped for this, and did not start again: ${why}`,
        };
      }
    },
  };
}
