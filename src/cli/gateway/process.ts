import { inspectLock } from "../../lib/locks/index.ts";
import type { Session } from "../session.ts";

/** Whether a gateway of this state directory runs, as its lock tells. */
export interface GatewayProcess {
  readonly status: "running" | "stopped";
  readonly pid?: number;
  /** Where it listens, once it does. */
  readonly port?: number;
  /** The last gateway left its lock behind: it was killed, or it crashed. */
  readonly crashed?: true;
}

/** Looks at the state lock; a lock whose process is gone counts as stopped. */
export function findGatewayProcess({ paths, clock }: Session): GatewayProcess {
  const found = inspectLock(paths.stateLockPath, { clock });
  switch (found.state) {
    case "held":
      return {
        status: "running",
        pid: found.owner.pid,
        ...(found.owner.port !== undefined && { port: found.owner.port }),
      };
    case "stale":
      return { status: "stopped", crashed: true };
    case "free":
      return { status: "stopped" };
  }
}
