import { valueAt } from "../../config/index.ts";
import { hostTools } from "../../lib/host-tools.ts";
import type { GatewayOwner } from "../../lib/lock.ts";
import { describeOwners, portOwners } from "../../lib/port-owner.ts";
import type { Service, ServiceDefinition, ServiceStatus } from "./contract.ts";
import { openConfig } from "../config/open.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";
import { awaitAnswer, type Answer, ANSWER_DEADLINE_MS, isTaken, ownerOf, type Place } from "./answer.ts";
import { installedGateway } from "./facts/installed-gateway.ts";
import { lastWords, logCommands } from "./facts/last-words.ts";
import type { LifecycleAction } from "./lifecycle-log.ts";
import { configuredPort, type ServiceSeat } from "./seat.ts";

/** A configuration the gateway refuses; no supervisor tries again. */
const EXIT_CONFIG_REFUSED = 78;

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

export interface Proof {
  readonly session: Session;
  readonly seat: ServiceSeat;
  readonly service: Service;
  readonly place: Place;
  readonly action: LifecycleAction;
  /** What was done, for the sentence that says that it was in vain. */
  readonly done: string;
  /** The gateway that was there before. */
  readonly before: GatewayOwner | undefined;
  /** Wall clock when the operation began. */
  readonly sinceMs: number;
  readonly result?: string;
}

/** Waits until the gateway of a service answers. @throws CliError with what it said last, when it does not */
export async function proveAnswer(proof: Proof): Promise<Answer> {
  const { service, place, before } = proof;
  const answer = await awaitAnswer(place, { not: before, hopeless: () => isHopeless(service) });
  if (answer !== undefined) return answer;
  const { name, kind } = service.identity;
  const words = await lastWords(place.session, proof.seat.machine, { kind, name }, proof.sinceMs);
  const cause = words.error === undefined ? words.output : [words.error];
  const lines = cause.map((line) => `  ${line}`);
  throw new CliError(
    [
      `${proof.done}, but the gateway does not answer on port ${place.port} (waited ${ANSWER_DEADLINE_MS / 1_000} s at most).`,
      ...(lines.length > 0 ? ["It said last:", ...lines] : []),
    ].join("\n"),
    {
      fields: { code: "no-answer" },
      hint: ["openclaw gateway status --deep", ...logCommands(place.session, { kind, name })].join("\n"),
      beside: { ...(proof.result !== undefined && { result: proof.result }) },
    },
  );
}

async function isHopeless(service: Service): Promise<boolean> {
  const { runtime } = await service.status();
  if (runtime.status !== "stopped") return false;
  return runtime.missingUnit === true || runtime.lastExitStatus === EXIT_CONFIG_REFUSED;
}

function usesTls(session: Session): boolean {
  return valueAt(openConfig(session).peek().resolved, ["gateway", "tls", "enabled"]) === true;
}
