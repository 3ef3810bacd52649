import { valueAt } from "../../config/index.ts";
import { hostTools } from "../../lib/host-tools.ts";
import type { GatewayOwner } from "../../lib/locks/index.ts";
import { describeOwners, portOwners } from "../../lib/port-owner.ts";
import type { ServiceDefinition, ServiceStatus } from "./contract.ts";
import { openConfig } from "../config/open.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";
import { isTaken, ownerOf, type Place } from "./answer.ts";
import { installedGateway } from "./facts/installed-gateway.ts";
import type { LifecycleAction } from "./lifecycle-log.ts";
import { configuredPort } from "./seat.ts";

/** Where the gateway of a definition is to be found. */
export function placeOf(
  session: Session,
  command: Pick<ServiceDefinition, "programArguments" | "environment">,
): Place {
  const { session: seen, port } = installedGateway(session, command);
  return { session: seen, port, tls: usesTls(seen) };
}

/** Where a gateway is that somebody started by hand on this session's state folder. */
export function ownPlace(session: Session, owner: GatewayOwner | undefined): Place {
  return { session, port: owner?.port ?? configuredPort(session), tls: usesTls(session) };
}

/** The gateway of this state folder that the supervisor did not start; `undefined` when there is none. */
export function foregroundOwner(
  session: Session,
  status: ServiceStatus | undefined,
): GatewayOwner | undefined {
  const owner = ownerOf({ session });
  if (owner === undefined || status === undefined) return owner;
  const { runtime, command } = status;
  if (runtime.status !== "running" || command === undefined) return owner;
  // A wrapper may be the supervisor's process and the gateway its child: then their numbers differ, the folder does not.
  const same = placeOf(session, command).session.paths.stateDir === session.paths.stateDir;
  return same ? undefined : owner;
}

/** A definition keeps the port it was written with; what a person should know when the configuration says another. */
export function keptPort(session: Session, { port }: Place): string[] {
  const configured = configuredPort(session);
  if (port === configured) return [];
  return [
    `The service keeps port ${port}; the configuration says ${configured}. To move it there: openclaw gateway install --force`,
  ];
}

/** Refuses to start a service on a port that something else has. @throws CliError */
export async function refuseTakenPort(place: Place, action: LifecycleAction): Promise<void> {
  if (!(await isTaken(place))) return;
  const owners = (await portOwners(place.port, hostTools(place.session.env.raw).run)) ?? [];
  throw new CliError(
    [
      `Port ${place.port} is already in use; the gateway could not listen on it.`,
      ...describeOwners(owners),
    ].join("\n"),
    {
      fields: { code: "port-taken" },
      hint: `End that program, or use another port: openclaw gateway ${action === "install" ? "install --port <port>" : "install --force --port <port>"}`,
    },
  );
}

function usesTls(session: Session): boolean {
  return valueAt(openConfig(session).peek().resolved, ["gateway", "tls", "enabled"]) === true;
}
