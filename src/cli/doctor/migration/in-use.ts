import { existsSync, lstatSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { displayPath, isObject, resolvePaths } from "../../../config/index.ts";
import { hostTools } from "../../../lib/host-tools.ts";
import { runningGateway } from "../../../lib/locks/index.ts";
import { portOwners } from "../../../lib/port-owner.ts";
import { processIdentity } from "../../../lib/process-identity.ts";
import { isTaken } from "../../service/answer.ts";
import { configuredPort } from "../../service/seat.ts";
import type { Session } from "../../session.ts";
import { configIn } from "./legacy-state.ts";
import { namesIn } from "./tree.ts";

/** Programs that a gateway of any version may run as. */
const GATEWAY_PROGRAM = /^(?:openclaw|moltbot|clawdbot|node|bun)/i;

/** A lock names a process and some paths. */
const MAX_LOCK_BYTES = 65_536;

/** Who uses one of these state folders, with what ends it; one line for each, none when they are at rest. */
export async function usersOf(session: Session, folders: readonly string[]): Promise<string[]> {
  const roots = [...new Set(folders)].filter((folder) => existsSync(folder));
  const own = roots.flatMap((root) => ownGateways(session, root));
  const older = roots.flatMap((root) => olderGateways(session, root));
  if (own.length + older.length > 0) return [...new Set([...own, ...older])];
  return listener(session, roots);
}

function ownGateways({ env, clock, paths }: Session, root: string): string[] {
  const { stateLockPath } = resolvePaths({ ...env, stateDir: root });
  const owner = runningGateway({ stateLockPath, clock });
  if (owner === undefined || owner.pid === process.pid) return [];
  const where = displayPath(root, paths.home);
  // The command stops the gateway of the folder that is in use; another one is known by its number alone.
  const stop = root === paths.stateDir ? "openclaw gateway stop" : `kill ${owner.pid}`;
  return [`A gateway (pid ${owner.pid}) runs on ${where}. Stop it: ${stop}`];
}

/** Gateways of earlier versions, by the locks they keep: in the state folder, and in a folder for temporary files. */
function olderGateways({ env, paths }: Session, root: string): string[] {
  const temporary = ["openclaw", "moltbot", "clawdbot"].map((name) =>
    join(env.tmpDir, `${name}-${env.system.uid}`),
  );
  const inState = [root, ...namesIn(join(root, "tmp")).map((name) => join(root, "tmp", name))];
  const locks = [...inState, ...temporary].flatMap((folder) =>
    namesIn(folder)
      .filter((name) => /^gateway(?:\..+)?\.lock$/.test(name))
      .map((name) => ({ path: join(folder, name), inside: inState.includes(folder) })),
  );
  const identity = processIdentity();
  return locks.flatMap(({ path, inside }) => {
    const { pid, configPath, stateDir } = readLock(path);
    const meant = inside || [configPath, stateDir].some((place) => isBelow(place, root));
    if (!meant || pid === undefined || pid === process.pid || !identity.isRunning(pid, undefined)) return [];
    return [`An older gateway (pid ${pid}) uses ${displayPath(root, paths.home)}. Stop it: kill ${pid}`];
  });
}

function readLock(path: string): { pid?: number; configPath?: string; stateDir?: string } {
  try {
    // A folder for temporary files is everybody's: what is no plain file could be waited for without end.
    const stat = lstatSync(path);
    if (!stat.isFile() || stat.size > MAX_LOCK_BYTES) return {};
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (!isObject(value)) return {};
    const { pid, configPath, stateDir } = value;
    return {
      ...(typeof pid === "number" && pid > 0 && { pid }),
      ...(typeof configPath === "string" && { configPath }),
      ...(typeof stateDir === "string" && { stateDir }),
    };
  } catch {
    // What is no lock of a gateway says nothing of one.
    return {};
  }
}

function isBelow(place: string | undefined, root: string): boolean {
  return place === root || place?.startsWith(`${root}${sep}`) === true;
}

/** A gateway that keeps no lock we know still has its port. */
async function listener(session: Session, roots: readonly string[]): Promise<string[]> {
  const { env, paths } = session;
  const file = env.configPath ?? roots.map(configIn).find((path) => path !== undefined);
  const seen = file === undefined ? session : { ...session, paths: { ...paths, configPath: file } };
  const port = configuredPort(seen);
  if (!(await isTaken({ port, tls: false }))) return [];
  const owners = await portOwners(port, hostTools(session.env.raw).run);
  const gateway =
    owners === undefined ? undefined : owners.find(({ command }) => GATEWAY_PROGRAM.test(command));
  if (owners !== undefined && owners.length > 0 && gateway === undefined) return [];
  const who = gateway === undefined ? "Something" : `${gateway.command} (pid ${gateway.pid})`;
  const stop = gateway === undefined ? "openclaw gateway stop" : `kill ${gateway.pid}`;
  return [`${who} listens on the gateway's port ${port}. If it is an older gateway, stop it: ${stop}`];
}
