import { displayPath } from "../../config/index.ts";
import { randomIds } from "../../lib/ids.ts";
import { inspectLock, lockGateway } from "../../lib/lock.ts";
import { VERSION } from "../../lib/version.ts";
import type { Session } from "../session.ts";
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
async function sweep({ paths, clock }: Session): Promise<string> {
  const { stateLockPath, configLockPath, configPath, stateDir } = paths;
  const lock = await lockGateway({
    stateLockPath,
    configLockPath,
    configPath,
    stateDir,
    version: VERSION,
    clock,
    ids: randomIds,
  });
  lock.release();
  return "Removed the locks that were left behind";
}
