import { existsSync, lstatSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { isWithin, realOf } from "../../lib/files/index.ts";
import { selectSources } from "../backup/sources.ts";
import type { Session } from "../session.ts";
import { uncommittedWork, workspaceKeptFor } from "./guard.ts";
import type { Item, Kept, Removal } from "./items.ts";

/** What `reset` can put back to its beginning. */
const RESET_SCOPES = ["config", "config+creds+sessions", "full"] as const;

export type ResetScope = (typeof RESET_SCOPES)[number];

/** What a reset of that scope removes. Looks at the disk and changes nothing. */
export async function planReset(session: Session, scope: ResetScope): Promise<Removal> {
  const { paths } = session;
  const config: Item = { kind: "config", path: paths.configPath, keep: [] };
  if (scope === "config") return present([config]);
  if (scope === "full") {
    const [state, workspaces] = [stateRemoval(session, []), await workspaceRemoval(session)];
    return { items: [...state.items, ...workspaces.items], kept: workspaces.kept };
  }
  const credentials = [paths.credentialsDir, paths.oauthDir, paths.envFilePath];
  const conversations = [
    dirname(paths.dbPath),
    join(paths.stateDir, "media"),
    ...olderSessions(paths.agentsDir),
  ];
  return present([
    config,
    ...[...new Set(credentials)].map((path): Item => ({ kind: "credentials", path, keep: [] })),
    ...conversations.map((path): Item => ({ kind: "sessions", path, keep: [] })),
  ]);
}

/** The state folder, and what belongs to it elsewhere. `keep` are folders in it that stay. */
export function stateRemoval({ paths }: Session, keep: readonly string[]): Removal {
  const state: Item = { kind: "state", path: paths.stateDir, keep };
  const outer: readonly Item[] = [
    { kind: "config", path: paths.configPath, keep: [] },
    { kind: "credentials", path: paths.oauthDir, keep: [] },
  ];
  const real = realOf(paths.stateDir);
  return present([state, ...outer.filter(({ path }) => !isWithin(realOf(path), real))]);
}

/** The workspaces of all agents that may be moved, and those that may not. */
export async function workspaceRemoval(session: Session): Promise<Removal> {
  const items: Item[] = [];
  const kept: Kept[] = [];
  for (const path of await workspacesOf(session)) {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) continue;
    const reason = workspaceKeptFor(session, path);
    if (reason !== undefined) kept.push({ kind: "workspace", path, reason });
    else {
      const warning = uncommittedWork(session, path);
      items.push({ kind: "workspace", path, keep: [], ...(warning !== undefined && { warning }) });
    }
  }
  return { items, kept };
}

/** Every agent's workspace, as the configuration names it. */
export async function workspacesOf(session: Session): Promise<readonly string[]> {
  return (await selectSources(session, { includeWorkspace: true, onlyConfig: false })).workspaces;
}

/** Folders that earlier versions kept conversations in. */
function olderSessions(agentsDir: string): string[] {
  if (!existsSync(agentsDir)) return [];
  return readdirSync(agentsDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(agentsDir, name, "sessions"));
}

function present(items: readonly Item[]): Removal {
  return {
    items: items.filter(({ path }) => lstatSync(path, { throwIfNoEntry: false }) !== undefined),
    kept: [],
  };
}
