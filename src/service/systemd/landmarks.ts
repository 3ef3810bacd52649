import { statSync } from "node:fs";
import { join } from "node:path";
import type { Env } from "../../config/index.ts";

/** Places of a machine that tell whether and how systemd works there; tests have their own. */
export interface Landmarks {
  /** Exists on a machine that systemd has booted; see sd_booted(3). */
  readonly booted: string;
  /** Has a folder for each user whose systemd runs. */
  readonly runtimeDirs: string;
  /** Has a file for each user whose services outlive the session. */
  readonly lingerDir: string;
  readonly kernelRelease: string;
  /** Names the control group of this process, and by it the unit that it runs in. */
  readonly ownGroup: string;
  /** Where units of the machine lie, the operator's own first. */
  readonly systemUnitDirs: readonly string[];
  /** Where units and drop-ins for the users of this machine lie, beside their own. */
  readonly userUnitDirs: readonly string[];
}

/** The places as systemd has them. */
export const LANDMARKS: Landmarks = {
  booted: "/run/systemd/system",
  runtimeDirs: "/run/user",
  lingerDir: "/var/lib/systemd/linger",
  kernelRelease: "/proc/sys/kernel/osrelease",
  ownGroup: "/proc/self/cgroup",
  systemUnitDirs: ["/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"],
  userUnitDirs: ["/etc/systemd/user", "/run/systemd/user", "/usr/lib/systemd/user"],
};

/**
 * The folder by which the user's systemd is reached. `su` and `sudo` hand on that of another user, and cron and ssh may
 * give none although it is there, so the environment is believed only where the folder belongs to this user.
 */
export function runtimeDir({ raw, system }: Env, { runtimeDirs }: Landmarks): string | undefined {
  const usual = join(runtimeDirs, String(system.uid));
  return [raw["XDG_RUNTIME_DIR"], usual].find((dir) => dir !== undefined && ownerOf(dir) === system.uid);
}

function ownerOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.uid;
}
