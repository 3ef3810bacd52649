import { networkInterfaces } from "node:os";
import type { GatewayTarget } from "../../client/index.ts";
import { hostTools } from "../../lib/host-tools.ts";
import { type PortOwner, portClients } from "../../lib/port-owner.ts";
import type { Session } from "../session.ts";

/**
 * Programs of this machine that are connected to the gateway, one entry for each connection, without this command itself;
 * undefined when the gateway is elsewhere, or nobody can say.
 */
export async function findClients(
  { env }: Session,
  { loopback }: GatewayTarget,
  port: number,
): Promise<readonly PortOwner[] | undefined> {
  if (!loopback) return undefined;
  const addresses = Object.values(networkInterfaces()).flatMap((all = []) =>
    all.map(({ address }) => address),
  );
  const clients = await portClients(port, addresses, hostTools(env.raw).run);
  return clients?.filter(({ pid }) => pid !== process.pid);
}
