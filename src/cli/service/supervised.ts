import type { GatewayOwner } from "../../lib/locks/index.ts";
import { CliError, EXIT_CONFIG, EXIT_UNFINISHED } from "../errors.ts";
import type { Session } from "../session.ts";
import {
  ANSWER_DEADLINE_MS,
  type Answer,
  type AnswerOptions,
  awaitAnswer,
  ownerOf,
  type Place,
  type Sight,
  STARTING_DEADLINE_MS,
  Waiting,
} from "./answer.ts";
import type { Operation, Service, ServiceStatus } from "./contract.ts";
import { lastWords, logCommands } from "./facts/last-words.ts";
import { asked, isServiceError, serviceFailure } from "./failure.ts";
import { type LifecycleAction, noteLifecycle, supervisorMode } from "./lifecycle-log.ts";
import { factsOf, type ServiceFacts } from "./operation.ts";
import type { ServiceSeat } from "./seat.ts";

/** States in which a supervisor leaves a service as it is. */
const PARKED: readonly string[] = ["inactive", "failed"];

/** What a supervisor is to do to a gateway that has to answer afterwards. */
export interface Order {
  readonly seat: ServiceSeat;
  readonly service: Service;
  /** Where the gateway will be. */
  readonly place: Place;
  readonly action: LifecycleAction;
  /** The gateway that was there before, whose answers do not count. */
  readonly before: GatewayOwner | undefined;
  /** What was done, for the sentence that says that it was in vain. */
  readonly done: string;
  /** `result` of `--json` when it was in vain. */
  readonly vainResult?: string;
  /** Whether a gateway has to answer after this; always, unless told. Never when it was only scheduled. */
  readonly answers?: (done: Operation) => boolean;
}

export interface Obeyed {
  readonly done: Operation;
  /** The gateway that answered; `undefined` when none has to. */
  readonly answer: Answer | undefined;
  /** What the supervisor says afterwards. */
  readonly status: ServiceStatus;
  readonly service: ServiceFacts | undefined;
}

/**
 * Has the supervisor carry an order out, notes it in the lifecycle log, and waits until the gateway answers. @throws CliError
 * with what the gateway said last when it does not, and exit code 2 when it is still starting
 */
export async function throughSupervisor(
  session: Session,
  order: Order,
  work: () => Promise<Operation>,
): Promise<Obeyed> {
  const { service, action, answers = () => true } = order;
  const began = { wall: session.clock.now(), monotonic: session.clock.monotonic() };
  await noteLifecycle(session, { action, mode: supervisorMode(service.kind, action) });
  const waiting = new Waiting(order.place, began.monotonic);
  const look = () => lookAt(service, order.place);
  const done = await waiting.during(look, () => carriedOut(order, began.wall, work));
  const due = done.result !== "scheduled" && answers(done);
  const patience = { not: order.before, began: began.monotonic, look, waiting };
  const answer = due ? await proveAnswer(order, began.wall, patience) : undefined;
  const status = await asked(() => service.status());
  return { done, answer, status, service: factsOf(status) };
}

async function carriedOut(order: Order, sinceMs: number, work: () => Promise<Operation>): Promise<Operation> {
  try {
    return await work();
  } catch (error) {
    if (!isServiceError(error) || (error.code !== "failed" && error.code !== "timeout"))
      throw serviceFailure(error);
    const said = await saidLast(order, sinceMs);
    throw new CliError([error.message, ...said].join("\n"), {
      cause: error,
      fields: { code: error.code },
      hint: error.hints.join("\n"),
    });
  }
}

async function proveAnswer(order: Order, sinceMs: number, patience: AnswerOptions): Promise<Answer> {
  const { service, place } = order;
  const end = await awaitAnswer(place, patience);
  if (end.state === "answered") return end.answer;
  if (end.state === "starting") throw stillStarting(place, end);
  const said = await saidLast(order, sinceMs);
  const vain = `${order.done}, but the gateway does not answer on port ${place.port} (it has ${ANSWER_DEADLINE_MS / 1_000} s).`;
  throw new CliError([vain, ...said].join("\n"), {
    fields: { code: "no-answer" },
    hint: ["openclaw gateway status --deep", ...logCommands(place.session, service.identity)].join("\n"),
    beside: { ...(order.vainResult !== undefined && { result: order.vainResult }) },
  });
}

/** The gateway may well come up: neither success nor failure. */
export function stillStarting(
  { port }: Place,
  { pid, doing }: { readonly pid: number; readonly doing?: string | undefined },
): CliError {
  const what = doing === undefined ? "" : ` It says: ${doing}.`;
  return new CliError(
    `The gateway (pid ${pid}) is still starting after ${STARTING_DEADLINE_MS / 60_000} minutes and does not answer on port ${port} yet.${what}`,
    {
      exitCode: EXIT_UNFINISHED,
      fields: { code: "still-starting" },
      hint: "It was left to go on. See how far it is: openclaw gateway status --deep",
      beside: { result: "still-starting" },
    },
  );
}

/** What the supervisor and the lock of the state folder tell of a gateway that does not answer. */
async function lookAt(service: Service, place: Place): Promise<Sight> {
  const { runtime } = await asked(() => service.status());
  const { pid } = runtime;
  if (runtime.status === "running" && pid !== undefined) {
    // One that serves elsewhere is not on its way here.
    const port = ownerOf(place)?.port ?? place.port;
    const { systemd } = runtime.details ?? {};
    return port === place.port ? { state: "starting", pid, doing: statusText(systemd) } : { state: "unseen" };
  }
  if (runtime.status !== "stopped") return { state: "unseen" };
  const parked = PARKED.includes(runtime.state ?? "");
  const hopeless = parked || runtime.missingUnit === true || runtime.lastExitStatus === EXIT_CONFIG;
  return { state: hopeless ? "hopeless" : "unseen" };
}

/** What a gateway told systemd of itself. */
function statusText(systemd: unknown): string | undefined {
  const text: unknown =
    typeof systemd === "object" && systemd !== null ? Reflect.get(systemd, "statusText") : undefined;
  return typeof text === "string" ? text : undefined;
}

async function saidLast({ place, seat, service }: Order, sinceMs: number): Promise<string[]> {
  const { error, output } = await lastWords(place.session, seat.machine, service.identity, sinceMs);
  const lines = error === undefined ? output : [error];
  return lines.length === 0 ? [] : ["The gateway said last:", ...lines.map((line) => `  ${line}`)];
}
