import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ServiceError } from "../errors.ts";
import type { ServiceMachine } from "../machine.ts";
import type { Obstacle } from "../service.ts";
import type { Launchctl } from "./launchctl.ts";
import { readPlistFile } from "./plist-file.ts";

/** Folders of jobs that belong to the machine, below `/Library`. */
export const SYSTEM_FOLDERS = ["LaunchDaemons", "LaunchAgents"] as const;

/** Property lists of a folder whose bytes contain one of the words; a folder or file that cannot be read has none. */
export function plistsWith(folder: string, words: RegExp): string[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(".plist"));
  } catch {
    // Most users have no such folder.
    return [];
  }
  return names.map((name) => join(folder, name)).filter((path) => mentions(path, words));
}

/**
 * Where a job of the machine has the label; `undefined` when none has. Two jobs of one label would fight for the port, so
 * there must not be one of the user beside it.
 */
export async function systemJob(
  machine: ServiceMachine,
  launchctl: Launchctl,
  { label, library }: { readonly label: string; readonly library: string },
): Promise<string | undefined> {
  const word = new RegExp(RegExp.escape(label));
  for (const path of SYSTEM_FOLDERS.flatMap((folder) => plistsWith(join(library, folder), word))) {
    if (path.endsWith(`/${label}.plist`)) return path;
    const plist = await readPlistFile(machine, path).catch(() => undefined);
    if (plist?.["Label"] === label) return path;
  }
  const loaded = await launchctl.job(label, "system");
  return loaded.state === "loaded" ? `system/${label}` : undefined;
}

/** A job of the machine stands in the way. */
export function systemJobObstacle(label: string, where: string): Obstacle {
  const fix = where.startsWith("/")
    ? `sudo launchctl bootout system "${where}"`
    : `sudo launchctl bootout ${where}`;
  return {
    code: "system-service",
    fatal: true,
    message: `The machine itself has a job called ${label} (${where}); a second one of this user would fight with it. --force does not change that.`,
    fix: `Keep that one, or remove it first: ${fix}`,
  };
}

export function refusal({ message, fix }: Obstacle): ServiceError {
  return new ServiceError("system-service", message, [fix]);
}

function mentions(path: string, words: RegExp): boolean {
  try {
    // Names of eras are ASCII, which binary lists hold as it is.
    return words.test(readFileSync(path, "latin1"));
  } catch {
    return false;
  }
}
