import { existsSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { displayPath } from "../config/index.ts";
import { randomIds } from "../lib/ids.ts";
import { type GatewayLock, type GatewayOwner, GatewayRunningError, lockGateway } from "../lib/locks/index.ts";
import { VERSION } from "../lib/version.ts";
import { CliError } from "./errors.ts";
import type { Session } from "./session.ts";

type Seat = Pick<Session, "env" | "paths" | "clock">;

/** Holds the locks that a gateway would, so that none starts on this state folder meanwhile. @throws GatewayRunningError */
export function lockState({ env, paths, clock }: Seat): Promise<GatewayLock> {
  const { stateLockPath, configLockPath, configPath, stateDir } = paths;
  return lockGateway({
    stateLockPath,
    configLockPath,
    configPath,
    stateDir,
    version: VERSION,
    clock,
    ids: randomIds,
    allowMulti: env.allowMultiGateway,
  });
}

/** {@link lockState} for commands of a person: a gateway that runs is named with what to do. @throws CliError */
export async function lockStateAtRest(seat: Seat): Promise<GatewayLock> {
  try {
    return await lockState(seat);
  } catch (cause) {
    throw cause instanceof GatewayRunningError ? stateInUse(seat, cause.owner) : cause;
  }
}

/** Removes the locks that went aside with a state folder: nobody holds them there. */
export function removeLocksIn(aside: string, { paths }: Pick<Session, "paths">): void {
  const lockDir = join(aside, relative(paths.stateDir, paths.lockDir));
  if (!existsSync(lockDir)) return;
  for (const name of readdirSync(lockDir))
    if (name.endsWith(".lock")) rmSync(join(lockDir, name), { force: true });
}

/** What is told of the gateway that uses a state folder which is to be changed. */
export function stateInUse({ paths }: Pick<Session, "paths">, owner: GatewayOwner | undefined): CliError {
  const who = owner === undefined ? "A gateway" : `A gateway (pid ${owner.pid})`;
  const where = displayPath(paths.stateDir, paths.home);
  return new CliError(
    `${who} is using the state database in ${where}, and only one program may write to it.`,
    {
      fields: { code: "gateway-running", ...(owner !== undefined && { pid: owner.pid }) },
      hint: "Stop it first, and start it again afterwards: openclaw gateway stop",
    },
  );
}
