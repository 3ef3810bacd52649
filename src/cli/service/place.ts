import { valueAt } from "../../config/index.ts";
import { hostTools } from "../../lib/host-tools.ts";
import type { GatewayOwner } from "../../lib/locks/index.ts";
import { describeOwners, portOwners } from "../../lib/port-owner.ts";
import type { Service, ServiceDefinition, ServiceStatus } from "./contract.ts";
import { openConfig } from "../config/open.ts";
import { CliError, EXIT_CONFIG } from "../errors.ts";
import type { Session } from "../session.ts";
import { awaitAnswer, type Answer, ANSWER_DEADLINE_MS, isTaken, ownerOf, type Place } from "./answer.ts";
import { installedGateway } from "./facts/installed-gateway.ts";
import { lastWords, logCommands } from "./facts/last-words.ts";
import { asked, isServiceError, serviceFailure } from "./failure.ts";
import type { LifecycleAction } from "./lifecycle-log.ts";
import { configuredPort, type ServiceSeat } from "./seat.ts";

/** States in which a supervisor leaves a service as it is. */
const PARKED: readonly string[] = ["inactive", "failed"];

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

export interface Proof {
  readonly session: Session;
  readonly seat: ServiceSeat;
  readonly service: Service;
  readonly place: Place;
  /** What was done, for the sentence that says that it was in vain. */
  readonly done: string;
  /** The gateway that was there before. */
  readonly before: GatewayOwner | undefined;
  /** Wall clock when the operation began. */
  readonly sinceMs: number;
  readonly result?: string;
}

/** Has the supervisor bring a gateway up; a failure is told with what the gateway said last. @throws CliError */
export async function carriedOut<T>(proof: Proof, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isServiceError(error) || (error.code !== "failed" && error.code !== "timeout"))
      throw serviceFailure(error);
    const said = await saidLast(proof);
    throw new CliError([error.message, ...said].join("\n"), {
      cause: error,
      fields: { code: error.code },
      hint: error.hints.join("\n"),
    });
  }
}

/** Waits until the gateway of a service answers. @throws CliError with what it said last, when it does not */
export async function proveAnswer(proof: Proof): Promise<Answer> {
  const { service, place, before } = proof;
  const answer = await awaitAnswer(place, { not: before, hopeless: () => isHopeless(service) });
  if (answer !== undefined) return answer;
  const said = await saidLast(proof);
  const vain = `${proof.done}, but the gateway does not answer on port ${place.port} (it has ${ANSWER_DEADLINE_MS / 1_000} s).`;
  throw new CliError([vain, ...said].join("\n"), {
    fields: { code: "no-answer" },
    hint: ["openclaw gateway status --deep", ...logCommands(place.session, service.identity)].join("\n"),
    beside: { ...(proof.result !== undefined && { result: proof.result }) },
  });
}

async function saidLast({ place, seat, service, sinceMs }: Proof): Promise<string[]> {
  const { error, output } = await lastWords(place.session, seat.machine, service.identity, sinceMs);
  const lines = error === undefined ? output : [error];
  return lines.length === 0 ? [] : ["The gateway said last:", ...lines.map((line) => `  ${line}`)];
}

async function isHopeless(service: Service): Promise<boolean> {
  const { runtime } = await asked(() => service.status());
  if (runtime.status !== "stopped") return false;
  const parked = PARKED.includes(runtime.state ?? "");
  return parked || runtime.missingUnit === true || runtime.lastExitStatus === EXIT_CONFIG;
}

function usesTls(session: Session): boolean {
  return valueAt(openConfig(session).peek().resolved, ["gateway", "tls", "enabled"]) === true;
}
