import { displayPath } from "../../config/index.ts";
import { inspectLock } from "../../lib/locks/index.ts";
import type { Session } from "../session.ts";
import { lockState } from "../state-lock.ts";
import type { Check, Finding } from "./check.ts";

/** Locks belong to living gateways. */
export const locksCheck: Check = {
  id: "locks",
  title: "Locks",
  reason:
    "A lock that outlives its gateway is taken over by the next start; one that cannot be read tells of trouble.",
  async run(session) {
    const { paths, clock } = session;
    const stale = [paths.stateLockPath, paths.configLockPath].flatMap((path) => {
      const found = inspectLock(path, { clock });
      return found.state === "stale" ? [{ path, pid: found.pid }] : [];
    });
    return stale.map(({ path, pid }, index): Finding => {
      const whose =
        pid === undefined ? "cannot be read" : `was left by a gateway that has ended (pid ${pid})`;
      return {
        severity: "info",
        message: `${displayPath(path, paths.home)} ${whose}; the next start takes it over.`,
        path,
        ...(index === 0 && {
          repair: { summary: "Remove the locks that were left behind", apply: () => sweep(session) },
        }),
      };
    });
  },
};

/** Taking a stale lock over and giving it back is the one way that cannot remove the lock of a gateway that starts just now. */
async function sweep(session: Session): Promise<string> {
  const lock = await lockState(session);
  lock.release();
  return "Removed the locks that were left behind";
}
