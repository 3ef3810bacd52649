import type { ServiceStatus } from "./contract.ts";
import { type GatewayTarget, pause } from "../../client/index.ts";
import { CliError } from "../errors.ts";
import type { GatewayOwner } from "../../lib/locks/index.ts";
import { noFlags } from "../rpc/flags.ts";
import { openGateway, targetFrom } from "../rpc/gateway.ts";
import { gatewayFailure } from "../rpc/failure.ts";
import { probeGateway } from "../rpc/probe.ts";
import { readTargetConfig } from "../rpc/target-config.ts";
import type { Session } from "../session.ts";
import {
  ANSWER_DEADLINE_MS,
  type Awaited,
  awaitGone,
  FIRST_PROGRESS_MS,
  GONE_DEADLINE_MS,
  ownerOf,
  type Place,
  PROGRESS_INTERVAL_MS,
  STARTING_DEADLINE_MS,
  urlOf,
} from "./answer.ts";
import { noteLifecycle } from "./lifecycle-log.ts";
import { factsOf, type GatewayOperation } from "./operation.ts";
import { foregroundOwner, ownPlace } from "./place.ts";

/** Patience for one request to a gateway that is there. */
const REQUEST_TIMEOUT_MS = 10_000;

/** Between two looks for the gateway that follows. */
const POLL_MS = 150;

/** Stops the gateway that somebody started by hand; `undefined` when there is none. @throws CliError */
export async function stopForeground(
  session: Session,
  status: ServiceStatus | undefined,
): Promise<GatewayOperation | undefined> {
  const owner = foregroundOwner(session, status);
  if (owner === undefined) return undefined;
  await noteLifecycle(session, { action: "stop", mode: "signal", pid: owner.pid });
  signal(owner);
  if (!(await awaitGone(ownPlace(session, owner), owner))) {
    throw new CliError(
      `The gateway (pid ${owner.pid}) was told to stop and is still there after ${GONE_DEADLINE_MS / 1_000} s.`,
      {
        fields: { code: "still-there" },
        hint: "See what it is doing: openclaw logs",
      },
    );
  }
  return {
    action: "stop",
    result: "stopped",
    messages: [`Stopped the gateway that ran without a service (pid ${owner.pid}).`],
    warnings: [],
    service: factsOf(status),
    answer: undefined,
    hints: [],
  };
}

/** What a gateway is asked for when it is to restart itself. */
export interface SelfRestart {
  /** Sees the gateway's own folders and configuration. */
  readonly session: Session;
  readonly port: number;
  readonly reason: string;
  /** Do not wait until nothing is running. */
  readonly skipDeferral: boolean;
}

export interface RestartReceipt {
  readonly status: string;
  /** What keeps it from restarting at once, for people. */
  readonly summary: string;
}

/** Asks the gateway itself to restart, by its own request. @throws CliError */
export async function requestRestart(request: SelfRestart): Promise<RestartReceipt> {
  const { session, reason, skipDeferral } = request;
  const target = await ownTarget(session, request.port);
  await noteLifecycle(session, { action: "restart", mode: "rpc" });
  try {
    const client = await openGateway(session, target, REQUEST_TIMEOUT_MS, { scopes: ["operator.admin"] });
    try {
      const params = { reason, ...(skipDeferral && { skipDeferral }) };
      const answer = await client.call("gateway.restart.request", params, { timeoutMs: REQUEST_TIMEOUT_MS });
      return {
        status: text(answer, "status") ?? "scheduled",
        summary: text(field(answer, "preflight"), "summary") ?? "",
      };
    } finally {
      await client.close();
    }
  } catch (error) {
    throw gatewayFailure(error, target);
  }
}

/** Waits until nothing is running that a restart would cut off, or until `waitMs` have passed (`undefined`: for as long as it takes). */
export async function awaitIdle(
  session: Session,
  port: number,
  waitMs: number | undefined,
): Promise<boolean> {
  const { clock } = session;
  const target = await ownTarget(session, port);
  const began = clock.monotonic();
  let tellAt = FIRST_PROGRESS_MS;
  try {
    const client = await openGateway(session, target, REQUEST_TIMEOUT_MS, { scopes: ["operator.read"] });
    try {
      for (;;) {
        const options = { timeoutMs: REQUEST_TIMEOUT_MS };
        const preflight = await client.call("gateway.restart.preflight", {}, options);
        if (field(preflight, "safe") === true) return true;
        const waitedMs = clock.monotonic() - began;
        if (waitedMs >= tellAt) {
          tellAt = waitedMs + PROGRESS_INTERVAL_MS;
          const what = text(preflight, "summary") ?? "something is running";
          session.out.progress(`Waiting for ${Math.round(waitedMs / 1_000)} s: ${what}`);
        }
        const left = waitMs === undefined ? POLL_MS : waitMs - (clock.monotonic() - began);
        if (left <= 0) return false;
        await pause(Math.min(POLL_MS, left), { clock });
      }
    } finally {
      await client.close();
    }
  } catch (error) {
    throw gatewayFailure(error, target);
  }
}

/** Which life of a gateway answers; `undefined` when none does. */
export async function bootOf(session: Session, port: number): Promise<string | undefined> {
  const target = await ownTarget(session, port);
  const probe = await probeGateway(session, target, REQUEST_TIMEOUT_MS, async () => undefined);
  return probe.server?.bootId;
}

/** Waits for the next life of a gateway that restarts itself; the one before answers until then. */
export async function awaitNextBoot(place: Place, before: string | undefined): Promise<Awaited> {
  const { session, port } = place;
  const { clock } = session;
  const began = clock.monotonic();
  for (;;) {
    const boot = await bootOf(session, port);
    const waitedMs = Math.round(clock.monotonic() - began);
    const owner = ownerOf(place);
    if (boot !== undefined && boot !== before) {
      const { tls } = await readTargetConfig(session);
      const url = urlOf({ port, tls: tls === true });
      return { state: "answered", answer: { url, port, waitedMs, owner, failing: [] } };
    }
    if (waitedMs >= ANSWER_DEADLINE_MS) {
      const isBetween = boot === undefined && owner !== undefined;
      if (!isBetween) return { state: "silent" };
      if (waitedMs >= STARTING_DEADLINE_MS) return { state: "starting", pid: owner.pid };
    }
    await pause(POLL_MS, { clock });
  }
}

/** The gateway of this machine at that port, with the secrets that the configuration has for it. */
export async function ownTarget(session: Session, port: number): Promise<GatewayTarget> {
  const config = await readTargetConfig(session);
  const flags = { ...noFlags(REQUEST_TIMEOUT_MS), port };
  return targetFrom(session, flags, { ...config, mode: "local" }, { ignoreEnvUrl: true });
}

function signal({ pid }: GatewayOwner): void {
  try {
    process.kill(pid, "SIGTERM");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return;
    throw new CliError(`The gateway (pid ${pid}) belongs to somebody else and cannot be stopped from here.`, {
      cause: error,
      fields: { code: "not-permitted" },
      hint: "Stop it as the user who started it: openclaw gateway stop",
    });
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function text(value: unknown, name: string): string | undefined {
  const found = field(value, name);
  return typeof found === "string" ? found : undefined;
}
