import { rmSync } from "node:fs";
import { displayPath } from "../../config/index.ts";
import { runningGateway } from "../../lib/locks/index.ts";
import type { OnboardFlags, ResetScope } from "../commands/begin.ts";
import { assertStateFolder } from "../removal/guard.ts";
import { planReset } from "../removal/plan.ts";
import { removeAll } from "../removal/remove.ts";
import { stopGateway } from "../service/operate.ts";
import type { Session } from "../session.ts";
import { progressPath } from "./progress.ts";

/** The scope that `--reset` has when none is named. */
export const USUAL_SCOPE: ResetScope = "config+creds+sessions";

/** Carries `--reset` out, and says where everything went. @throws CliError */
export async function resetAsAsked(session: Session, flags: OnboardFlags): Promise<void> {
  if (!flags.reset) return;
  for (const line of await reset(session, flags.resetScope ?? USUAL_SCOPE)) session.out.note(line);
}

/**
 * Moves what a scope names aside, as `openclaw reset` does; nothing is deleted. A gateway that runs on it is stopped first,
 * unless only the configuration goes. Resolves to what was done, for a person. @throws CliError
 */
export async function reset(session: Session, scope: ResetScope): Promise<readonly string[]> {
  const { paths, clock } = session;
  const isDeep = scope !== "config";
  if (isDeep) assertStateFolder(session);
  const removal = await planReset(session, scope);
  const { stateLockPath } = paths;
  if (isDeep && runningGateway({ stateLockPath, clock }) !== undefined) await stopGateway(session);
  const moved = await removeAll(session, removal, isDeep);
  rmSync(progressPath(paths), { force: true });
  const show = (path: string): string => displayPath(path, paths.home);
  return [
    ...moved.map(({ path, to }) => `Moved ${show(path)} to ${show(to)}`),
    ...removal.kept.map(({ path, reason }) => `${show(path)} stays: ${reason}`),
    ...(moved.length === 0 ? ["There was nothing to reset."] : []),
  ];
}
