import { runningGateway } from "../../lib/locks/index.ts";
import type { Check } from "./check.ts";
import { withStore } from "../local-store.ts";

/** A repair of the state database was seen by a person. */
export const storeRecoveryCheck: Check = {
  id: "store-recovery",
  title: "Repairs of the state database",
  reason:
    "After a repair something may be missing; until a person has seen that, the gateway counts as degraded.",
  async run(session) {
    const { paths, clock } = session;
    if (runningGateway({ stateLockPath: paths.stateLockPath, clock }) !== undefined) {
      return { skipped: "a gateway is running; it reports an unseen repair as not ready" };
    }
    const { inspectStore } = await import("../../store/index.ts");
    const found = inspectStore(paths.dbPath);
    if (found.state !== "sound" || found.recovery === undefined) return [];
    const { text, setAside } = found.recovery;
    return [
      {
        severity: "warning",
        message: text,
        path: setAside,
        repair: {
          summary: "Note that this was seen",
          async apply() {
            await withStore(session, (store) => store.acknowledgeRecovery());
            return `Noted; the damaged file stays where it is: ${setAside}`;
          },
        },
      },
    ];
  },
};
