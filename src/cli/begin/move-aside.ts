import { existsSync, lstatSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { displayPath, PRIVATE_DIR_MODE } from "../../config/index.ts";
import { randomIds } from "../../lib/ids.ts";
import { GatewayRunningError, lockGateway, runningGateway } from "../../lib/lock.ts";
import { VERSION } from "../../lib/version.ts";
import type { RESET_SCOPES } from "../commands/begin.ts";
import { CliError } from "../errors.ts";
import { stopGateway } from "../service/operate.ts";
import type { Session } from "../session.ts";
import { progressPath } from "./progress.ts";

export type ResetScope = (typeof RESET_SCOPES)[number];

/** What was moved away, and where it lies now. */
export interface MovedAside {
  /** Absent when there was nothing to move. */
  readonly trash: string | undefined;
  readonly moved: readonly string[];
  /** Folders that stay although the scope names them, with the reason. */
  readonly kept: readonly string[];
}

/**
 * Moves what a scope names to the trash of the state folder; nothing is deleted, and moving it back undoes it. A gateway
 * that runs on it is stopped first, unless only the configuration goes. @throws CliError
 */
export async function moveAside(
  session: Session,
  scope: ResetScope,
  workspace: string | undefined,
): Promise<MovedAside> {
  const { paths, clock } = session;
  const { stateLockPath, configLockPath, configPath, stateDir } = paths;
  if (scope !== "config" && runningGateway({ stateLockPath, clock }) !== undefined)
    await stopGateway(session);
  const kept: string[] = [];
  const names: string[] = [configPath, progressPath(paths)];
  if (scope !== "config") names.push(paths.credentialsDir, dirname(paths.dbPath), paths.agentsDir);
  if (scope === "full" && workspace !== undefined) {
    if (isOwnWorkspace(session, workspace)) names.push(workspace);
    else if (existsSync(workspace))
      kept.push(`${displayPath(workspace, paths.home)}: it is not a folder of ours`);
  }
  const there = names.filter((path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined);
  if (there.length === 0) return { trash: undefined, moved: [], kept };
  const stamp = new Date(clock.now()).toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  const trash = join(stateDir, "trash", `${stamp}-onboard-${randomIds.hex(3)}`);
  if (scope === "config") {
    await moveInto(trash, there);
    return { trash, moved: there, kept };
  }
  try {
    using _held = await lockGateway({
      stateLockPath,
      configLockPath,
      configPath,
      stateDir,
      version: VERSION,
      clock,
      ids: randomIds,
    });
    await moveInto(trash, there);
  } catch (error) {
    if (!(error instanceof GatewayRunningError)) throw error;
    throw new CliError("A gateway uses this state folder.", {
      hint: "Stop it first: openclaw gateway stop",
      cause: error,
    });
  }
  return { trash, moved: there, kept };
}

async function moveInto(trash: string, paths: readonly string[]): Promise<void> {
  await mkdir(trash, { recursive: true, mode: PRIVATE_DIR_MODE });
  for (const path of paths) await rename(path, join(trash, basename(path)));
}

/** Only folders that this program makes by itself are moved. */
function isOwnWorkspace({ paths }: Session, workspace: string): boolean {
  const parents = [paths.stateDir, join(paths.home, ".openclaw")];
  return parents.includes(dirname(workspace)) && basename(workspace).startsWith("workspace");
}
