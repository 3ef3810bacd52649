import { resolvePort } from "../../../config/index.ts";
import { type HostTools, hostTools } from "../../../lib/host-tools.ts";
import { type GatewayOwner, runningGateway } from "../../../lib/locks/index.ts";
import { type PortOwner, portOwners } from "../../../lib/port-owner.ts";
import { readTargetConfig } from "../../rpc/target-config.ts";
import type { Session } from "../../session.ts";

/** Why a check of a port says nothing. */
export const NO_LSOF = "lsof is not installed or gave no answer in time, so nobody can say who uses the port";

/** The gateway of this state folder, and the port it is to have. */
export interface GatewayAt {
  /** The one that runs; undefined when none does. */
  readonly own: GatewayOwner | undefined;
  /** As the configuration and the environment say; the one that runs may have another. */
  readonly port: number;
}

/** Looks for the gateway of this state folder. @throws CliError for a configuration that cannot be read */
export async function gatewayAt(session: Session): Promise<GatewayAt> {
  const { env, paths, clock, profile } = session;
  const { port: config } = await readTargetConfig(session);
  const { port } = resolvePort({ env: env.gateway.port, config, profile });
  return { own: runningGateway({ stateLockPath: paths.stateLockPath, clock }), port };
}

/** Who listens on a port beside the gateway itself; undefined where nobody can say. */
export async function othersAt(
  { env }: Session,
  port: number,
  own: GatewayOwner | undefined,
  run: HostTools["run"] = hostTools(env.raw).run,
): Promise<readonly PortOwner[] | undefined> {
  let late = false;
  const owners = await portOwners(port, async (...question) => {
    const answer = await run(...question);
    late ||= answer?.timedOut === true;
    return answer;
  });
  // Half a list is none: who is missing on it may be the one that has the port.
  return late ? undefined : owners?.filter(({ pid }) => pid !== own?.pid);
}

/** A program as findings name it: `nginx (pid 7, user www)`. */
export function nameOf({ pid, user, command }: PortOwner): string {
  return `${command} (pid ${pid}${user === undefined ? "" : `, user ${user}`})`;
}
