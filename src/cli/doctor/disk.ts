import { existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { displayPath } from "../../config/index.ts";
import { bytes } from "../words.ts";
import type { Check, Finding } from "./check.ts";

/** Below this the next write may fail. */
const MIN_FREE_BYTES = 100 * 1_024 ** 2;

/** Below this a day of logs, backups and media may fill the disk. */
const LOW_FREE_BYTES = 1_024 ** 3;

/** There is room for what the gateway writes. */
export const diskCheck: Check = {
  id: "disk",
  title: "Disk space",
  reason: "On a full disk nothing is accepted any more: no message, no pairing, no setting.",
  async run({ paths }) {
    const folder = nearest(paths.stateDir);
    const { bavail, bsize } = statfsSync(folder);
    return spaceFindings(bavail * bsize, folder, displayPath(paths.stateDir, paths.home));
  },
};

/** What to say about so many free bytes. */
export function spaceFindings(free: number, path: string, shown: string): Finding[] {
  if (free >= LOW_FREE_BYTES) return [];
  const message = `Only ${bytes(free)} are free on the disk that holds ${shown}.`;
  return [
    {
      severity: free < MIN_FREE_BYTES ? "error" : "warning",
      message,
      path,
      fixHint: `See what takes the room: df -h "${path}"`,
    },
  ];
}

/** The folder itself or what it will be made in. */
function nearest(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearest(dirname(path));
}
