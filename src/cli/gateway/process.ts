import { readFile } from "node:fs/promises";
import { isRecord } from "../../client/index.ts";
import type { Session } from "../session.ts";

/** Whether a gateway of this state directory runs, as its lock tells. */
export interface GatewayProcess {
  readonly status: "running" | "stopped";
  readonly pid?: number;
}

/** Looks at the state lock; a lock whose process is gone counts as stopped. */
export async function findGatewayProcess(session: Session): Promise<GatewayProcess> {
  const pid = await lockOwner(session.paths.stateLockPath);
  return pid !== undefined && isAlive(pid) ? { status: "running", pid } : { status: "stopped" };
}

async function lockOwner(path: string): Promise<number | undefined> {
  try {
    const lock: unknown = JSON.parse(await readFile(path, "utf8"));
    return isRecord(lock) && typeof lock.pid === "number" ? lock.pid : undefined;
  } catch {
    // No lock, or one that is being written: nobody to name.
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not permitted still means that it exists.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
