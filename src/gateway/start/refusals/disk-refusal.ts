import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Paths } from "../../../config/index.ts";
import { StoreError } from "../../../store/index.ts";
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

/** What passes without anybody touching the gateway: space comes back, a disk is mounted anew. */
const PASSES: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT", "EROFS"]);

/** The state folder cannot be written. */
export class DiskRefusal extends StartRefusal {
  constructor(
    readonly isWorthWaiting: boolean,
    lines: readonly string[],
  ) {
    super(1, lines);
  }
}

/** What is written to find out whether the disk takes it again: about what a start writes at once. */
const PROBE_BYTES = 256 * 1024;

/** Whether the state folder can be written now. Leaves nothing behind. */
export function diskTakes(stateDir: string): boolean {
  const probe = join(stateDir, `.probe-${process.pid}`);
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
    writeFileSync(probe, Buffer.alloc(PROBE_BYTES), { mode: 0o600, flush: true });
    return true;
  } catch {
    return false;
  } finally {
    try {
      rmSync(probe, { force: true });
    } catch {
      // A disk that is read-only holds no probe either.
    }
  }
}

/** The same failure for a person, when it is one of a state folder that cannot be written; else the error itself. */
export function diskRefusal(error: unknown, { stateDir }: Pick<Paths, "stateDir">): unknown {
  if (error instanceof StoreError) {
    if (error.code !== "disk-full") return error;
    return new DiskRefusal(true, [error.message]);
  }
  const cause = error instanceof Error && codeOf(error.cause) !== undefined ? error.cause : error;
  const remedy = REMEDIES[codeOf(cause) ?? ""];
  if (remedy === undefined || !(cause instanceof Error)) return error;
  return new DiskRefusal(PASSES.has(codeOf(cause)), [
    `The gateway cannot write its state folder ${stateDir}: ${cause.message}.`,
    remedy(stateDir),
  ]);
}
