import { dirname } from "node:path";
import type { Paths } from "../../config/index.ts";
import { codeOf } from "./bind-refusal.ts";
import { StartRefusal } from "./refusal.ts";

/** What a person does about each of the system's words for "this cannot be written". */
const REMEDIES: Readonly<Record<string, (stateDir: string) => string>> = {
  ENOSPC: (stateDir) => `The disk is full. Free some space; look with: df -h "${dirname(stateDir)}"`,
  EDQUOT: () => "The quota of this account is used up. Free some space; look with: quota -s",
  EROFS: (stateDir) => `The disk is read-only. Look with: findmnt -T "${dirname(stateDir)}"`,
  EACCES: (stateDir) => `It must belong to the user who runs the gateway. Look with: ls -ld "${stateDir}"`,
  EPERM: (stateDir) => `It must belong to the user who runs the gateway. Look with: ls -ld "${stateDir}"`,
  ENOTDIR: (stateDir) => `It must be a folder. Look with: ls -ld "${stateDir}"`,
  EEXIST: (stateDir) => `It must be a folder. Look with: ls -ld "${stateDir}"`,
};

/** The same failure for a person, when it is one of a state folder that cannot be written; else the error itself. */
export function diskRefusal(error: unknown, { stateDir }: Pick<Paths, "stateDir">): unknown {
  const cause = error instanceof Error && codeOf(error.cause) !== undefined ? error.cause : error;
  const remedy = REMEDIES[codeOf(cause) ?? ""];
  if (remedy === undefined || !(cause instanceof Error)) return error;
  return new StartRefusal(1, [
    `The gateway cannot write its state folder ${stateDir}: ${cause.message}.`,
    remedy(stateDir),
  ]);
}
