import { existsSync } from "node:fs";
import { join } from "node:path";
import { resolvePaths } from "../../../config/index.ts";
import type { Session } from "../../session.ts";
import { isFolder } from "./tree.ts";

/** Names of earlier versions, newest first. */
const EARLIER = ["moltbot", "clawdbot"] as const;

/** Where the state of this profile is, was and should be. */
export interface StatePlaces {
  /** Where it should be; what `OPENCLAW_STATE_DIR` names stays where it is. */
  readonly to: string;
  /** The folder of an earlier name that is to become it; `undefined` when there is none. */
  readonly from: string | undefined;
  /** Folders of earlier names that are not taken over: another state is in use. */
  readonly beside: readonly string[];
  /** The configuration under an earlier name in the folder that is in use; and its new name beside it. */
  readonly config: { readonly from: string; readonly name: string } | undefined;
  /** The workspace of earlier versions, outside the state folder. */
  readonly workspace: string | undefined;
}

/** Looks where the state of this session's profile lies. */
export function statePlaces({ env, profile, paths }: Session): StatePlaces {
  const suffix = profile === undefined ? "" : `-${profile}`;
  const to = env.stateDir ?? join(env.home, `.openclaw${suffix}`);
  const earlier = EARLIER.map((name) => join(env.home, `.${name}${suffix}`)).filter(
    (path) => path !== to && isFolder(path),
  );
  // A folder without a configuration has not been lived in.
  const takes = env.stateDir === undefined && !existsSync(join(to, "openclaw.json"));
  const from = takes ? earlier[0] : undefined;
  const workspace = join(env.home, `clawd${suffix}`);
  return {
    to,
    from,
    beside: earlier.filter((path) => path !== from),
    config: env.configPath === undefined ? earlierConfig(from ?? paths.stateDir) : undefined,
    workspace: isFolder(workspace) ? workspace : undefined,
  };
}

/** The configuration in a state folder, under whatever name it has there; `undefined` when there is none. */
export function configIn(folder: string): string | undefined {
  return ["openclaw", ...EARLIER]
    .map((name) => join(folder, `${name}.json`))
    .find((file) => existsSync(file));
}

function earlierConfig(folder: string): StatePlaces["config"] {
  if (existsSync(join(folder, "openclaw.json"))) return undefined;
  const name = EARLIER.map((one) => `${one}.json`).find((file) => existsSync(join(folder, file)));
  return name === undefined ? undefined : { from: join(folder, name), name };
}

/** The same session with its state in that folder. */
export function sessionOn(session: Session, stateDir: string): Session {
  const own = resolvePaths({ ...session.env, stateDir });
  const { configPath, workspaceDir } = session.paths;
  // What the environment names stays; what lies in the folder moves with it.
  const inState = session.env.configPath === undefined;
  return {
    ...session,
    paths: {
      ...own,
      profile: session.profile,
      ...(!inState && { configPath }),
      ...(session.env.workspaceDir !== undefined && { workspaceDir }),
    },
  };
}
