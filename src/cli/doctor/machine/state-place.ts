import { existsSync, readFileSync } from "node:fs";
import { displayPath, type Env } from "../../../config/index.ts";
import { realOf, syncedBy } from "../../../lib/files/index.ts";
import type { Check, Finding } from "../check.ts";

/** File systems that a restart of the machine empties. */
const PASSING: ReadonlySet<string> = new Set(["tmpfs", "ramfs"]);

/** The state folder is on a disk that keeps it, and is this machine's alone. */
export const statePlaceCheck: Check = {
  id: "state-place",
  title: "Place of the state folder",
  reason:
    "Sessions, credentials and pairings are gone with a folder that is emptied, and break in one that is synchronised.",
  async run({ env, paths }) {
    const folder = realOf(paths.stateDir);
    const mounts = existsSync("/proc/mounts") ? readFileSync("/proc/mounts", "utf8") : "";
    return placeFindings(folder, displayPath(paths.stateDir, paths.home), { mounts, env });
  },
};

/** What to say about a folder, given the table of mounts (Linux) and the variables of OneDrive. */
export function placeFindings(
  folder: string,
  shown: string,
  { mounts, env }: { readonly mounts: string; readonly env: Pick<Env, "raw"> },
): Finding[] {
  const type = fileSystemOf(folder, mounts);
  if (type !== undefined && PASSING.has(type)) {
    const message = `${shown} is on a ${type}, which is empty after a restart of this machine.`;
    return [{ severity: "warning", message, path: folder, fixHint: elsewhere("a disk") }];
  }
  const service = syncedBy(folder, env.raw);
  if (service === undefined) return [];
  const message = `${shown} is kept in step by ${service}, which takes files away and puts older ones back while they are in use.`;
  return [
    { severity: "warning", message, path: folder, fixHint: elsewhere("a folder of this machine alone") },
  ];
}

function elsewhere(where: string): string {
  return `Stop the gateway, move the folder to ${where}, and name it with OPENCLAW_STATE_DIR`;
}

/** The type of the file system that holds a folder: that of the longest mount point above it. */
function fileSystemOf(folder: string, mounts: string): string | undefined {
  let best: { readonly point: string; readonly type: string } | undefined;
  for (const line of mounts.split("\n")) {
    const [, escaped, type] = line.split(" ");
    if (escaped === undefined || type === undefined) continue;
    const point = escaped.replaceAll(/\\(\d{3})/g, (_, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    );
    const holds = folder === point || folder.startsWith(point.endsWith("/") ? point : `${point}/`);
    // Of two mounts on one point the later one is seen.
    if (holds && point.length >= (best?.point.length ?? 0)) best = { point, type };
  }
  return best?.type;
}
