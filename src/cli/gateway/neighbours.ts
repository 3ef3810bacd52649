import { readdirSync } from "node:fs";
import { join } from "node:path";
import { resolvePaths } from "../../config/index.ts";
import { hostTools } from "../../lib/host-tools.ts";
import { type GatewayOwner, runningGateway } from "../../lib/locks/index.ts";
import { listenersNamed } from "../../lib/port-owner.ts";
import type { Session } from "../session.ts";

/** Another state folder in this home, and the gateway on it. */
export interface OtherState {
  readonly stateDir: string;
  readonly gateway: GatewayOwner | undefined;
}

/** A listening process of this program that no known state folder accounts for. */
export interface OtherProcess {
  readonly pid: number;
  readonly address: string | undefined;
  readonly user: string | undefined;
}

export interface Neighbours {
  readonly states: readonly OtherState[];
  readonly processes: readonly OtherProcess[];
}

/** Names that state folders have had; a profile's name follows after a dash. */
const STATE_FOLDER = /^\.(?:openclaw|moltbot|clawdbot)(?:-([a-z0-9][a-z0-9_-]*))?$/;

/** Workspaces of profiles lie in the folder of the default one, which may have no other use. */
function holdsState(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => !/^workspace(?:-|$)/.test(name));
  } catch {
    // Closed to this user; what is in there is somebody's.
    return true;
  }
}

/** Other gateways of this machine, as far as files and sockets tell: only looks, never connects. */
export async function findNeighbours(session: Session): Promise<Neighbours> {
  const { env, paths, clock } = session;
  const states = readdirSync(paths.home, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && STATE_FOLDER.test(entry.name))
    .map((entry) => join(paths.home, entry.name))
    .filter((stateDir) => stateDir !== paths.stateDir && holdsState(stateDir))
    .sort()
    .map((stateDir): OtherState => {
      const { stateLockPath } = resolvePaths({ ...env, stateDir, configPath: undefined });
      return { stateDir, gateway: runningGateway({ stateLockPath, clock }) };
    });
  const own = runningGateway({ stateLockPath: paths.stateLockPath, clock });
  const known = new Set([own?.pid, ...states.map(({ gateway }) => gateway?.pid)]);
  const listeners = (await listenersNamed("openclaw", hostTools(env.raw).run)) ?? [];
  const processes = listeners
    .filter(({ pid }) => !known.has(pid))
    .map(({ pid, address, user }) => ({ pid, address, user }));
  return { states, processes };
}
