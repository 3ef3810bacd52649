import type { GatewayTarget } from "../../client/index.ts";
import { type PortOwner, portOwners } from "../../lib/port-owner.ts";
import type { ServiceMachine } from "../service/contract.ts";

/** Who listens on the gateway's port. */
export interface Listeners {
  readonly owners: readonly PortOwner[];
  /** What a person should know about the answer, or about there being none. */
  readonly hints: readonly string[];
}

/** Asks the system who listens on `port`; only ports of this machine can be asked about. */
export async function findListeners(
  machine: ServiceMachine,
  { loopback }: GatewayTarget,
  port: number,
  gatewayPid: number | undefined,
): Promise<Listeners> {
  if (!loopback) return { owners: [], hints: [] };
  let late = false;
  const owners = await portOwners(port, async (command, args) => {
    const answer = await machine.run(command, args);
    if (answer?.timedOut === true) late = true;
    return answer && { stdout: answer.stdout, exitCode: answer.exitCode };
  });
  if (owners === undefined)
    return { owners: [], hints: ["Who listens is not known: lsof is not installed."] };
  if (late) return { owners: [], hints: ["Who listens is not known: lsof did not answer in time."] };
  const strangers = owners.filter(({ pid }) => pid !== gatewayPid);
  return {
    owners,
    hints: strangers.map(
      ({ pid, command }) =>
        `Port ${port} belongs to ${command} (pid ${pid}), which is not the gateway of this state folder.`,
    ),
  };
}
