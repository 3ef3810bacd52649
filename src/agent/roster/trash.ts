import { lstatSync } from "node:fs";
import { mkdir, realpath, rename } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";

/** What became of an agent's folders. */
export interface FilesMoved {
  /** `to` is where a folder lies now; moving it back undoes it. */
  readonly removed: readonly {
    readonly path: string;
    readonly method: "trash" | "missing";
    readonly to?: string;
  }[];
  readonly failed: readonly { readonly path: string; readonly reason: string }[];
}

interface Move {
  readonly agentId: string;
  readonly workspace: string;
  readonly agentsDir: string;
  readonly stateDir: string;
  /** Workspaces of the agents that stay. */
  readonly inUse: readonly string[];
  /** Epoch ms; names the folder in the trash. */
  readonly now: number;
}

/** Moves the workspace and the agent's own folder to `<state>/trash`. Deletes nothing. */
export async function moveToTrash(move: Move): Promise<FilesMoved> {
  const trash = join(move.stateDir, "trash", `${stampOf(move.now)}-${move.agentId}`);
  const removed: FilesMoved["removed"][number][] = [];
  const failed: FilesMoved["failed"][number][] = [];
  const folders = [
    { path: move.workspace, name: "workspace", reason: await keepReason(move) },
    { path: join(move.agentsDir, move.agentId), name: "agent", reason: undefined },
  ];
  for (const { path, name, reason } of folders) {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) {
      removed.push({ path, method: "missing" });
      continue;
    }
    if (reason !== undefined) {
      failed.push({ path, reason });
      continue;
    }
    const to = join(trash, name);
    try {
      await mkdir(trash, { recursive: true, mode: 0o700 });
      await rename(path, to);
      removed.push({ path, method: "trash", to });
    } catch (error) {
      failed.push({ path, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { removed, failed };
}

/** Why a workspace stays; undefined when it may go. Only folders that this program made itself are moved. */
async function keepReason({ workspace, stateDir, inUse }: Move): Promise<string | undefined> {
  const [real, state, ...others] = await Promise.all([workspace, stateDir, ...inUse].map(realOf));
  if (real === undefined || state === undefined) return "it cannot be looked at";
  if (others.some((other) => other !== undefined && overlap(real, other))) return "another agent uses it";
  const isOurs = dirname(real) === state && basename(real).startsWith("workspace");
  return isOurs ? undefined : `it is not a workspace folder of ${stateDir}; remove it by hand if you mean to`;
}

function overlap(a: string, b: string): boolean {
  return a === b || a.startsWith(b + sep) || b.startsWith(a + sep);
}

async function realOf(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch {
    // A folder that is not there is in nobody's way.
    return undefined;
  }
}

/** `20261121-000800`, UTC. */
function stampOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
}
