import { displayPath } from "../../config/index.ts";
import type { OnboardFlags } from "../commands/begin.ts";
import { openConfig } from "../config/open.ts";
import type { Session } from "../session.ts";
import { type MovedAside, moveAside, type ResetScope } from "./move-aside.ts";
import { workspaceOf } from "./steps/workspace.ts";

/** The scope that `--reset` has when none is named. */
export const USUAL_SCOPE: ResetScope = "config+creds+sessions";

/** Carries `--reset` out, and says where everything went. @throws CliError */
export async function resetAsAsked(session: Session, flags: OnboardFlags): Promise<void> {
  if (!flags.reset) return;
  for (const line of linesOf(session, await reset(session, flags.resetScope ?? USUAL_SCOPE)))
    session.out.note(line);
}

/** Moves a scope to the trash. @throws CliError */
export async function reset(session: Session, scope: ResetScope): Promise<MovedAside> {
  // A broken file names no folder; then only the usual one is meant.
  const { valid } = openConfig(session).peek();
  const workspace = valid ? await workspaceOf(session) : session.paths.workspaceDir;
  return moveAside(session, scope, workspace);
}

/** What a reset did, for a person. */
export function linesOf(session: Session, { trash, moved, kept }: MovedAside): string[] {
  const { home } = session.paths;
  if (trash === undefined) return ["There was nothing to reset."];
  return [
    `Moved to ${displayPath(trash, home)}: ${moved.map((path) => displayPath(path, home)).join(", ")}`,
    ...kept.map((line) => `Stays: ${line}`),
  ];
}
