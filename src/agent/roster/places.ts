import { join } from "node:path";
import { expandPath, type OpenClawConfig, type Paths } from "../../config/index.ts";
import type { AgentEntry } from "./agent-entry.ts";

/** Folders that do not depend on the agent. */
export type RosterPaths = Pick<Paths, "home" | "stateDir" | "workspaceDir">;

/** Folders of one agent; absolute, made by nobody yet. */
export interface AgentPlaces {
  readonly workspace: string;
  readonly cwd: string;
}

/**
 * Where an agent lives: its own `workspace`; alone on the gateway, the workspace of the defaults or of the state folder;
 * among others, a folder of its own beside or below these, so that no two agents share one by accident.
 */
export function placesOf(
  config: OpenClawConfig,
  paths: RosterPaths,
  agent: { readonly id: string; readonly entry: AgentEntry; readonly alone: boolean },
): AgentPlaces {
  const at = (path: string | undefined) => (path ? expandPath(path, paths.home) : undefined);
  const defaults = config.agents?.defaults;
  const root = at(defaults?.workspace);
  const workspace =
    at(agent.entry.workspace) ??
    (agent.alone
      ? (root ?? paths.workspaceDir)
      : join(root ?? paths.stateDir, root ? agent.id : `workspace-${agent.id}`));
  return { workspace, cwd: at(agent.entry.cwd) ?? at(defaults?.cwd) ?? workspace };
}
