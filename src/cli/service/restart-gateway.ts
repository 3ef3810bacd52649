import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import type { Service, ServiceStatus } from "./contract.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";
import { ANSWER_DEADLINE_MS, isLive, ownerOf, type Place } from "./answer.ts";
import { machineUnit } from "./facts/status-text.ts";
import { asked, askedOfInstalled, notInstalled } from "./failure.ts";
import { awaitIdle, awaitNextBoot, bootOf, requestRestart } from "./foreground.ts";
import { factsOf, type GatewayOperation } from "./operation.ts";
import { foregroundOwner, keptPort, ownPlace, placeOf, refuseTakenPort } from "./place.ts";
import { refuseForeignHands, requireService } from "./refusals.ts";
import { openService, type ServiceSeat } from "./seat.ts";
import { stillStarting, throughSupervisor } from "./supervised.ts";

/** How a gateway is to be restarted. */
export interface RestartWishes {
  /** Ask the gateway, which restarts once nothing is running that it would cut off. */
  readonly safe?: boolean | undefined;
  /** With `safe`: do not wait for what is running. */
  readonly skipDeferral?: boolean | undefined;
  /** Do not wait for anything. */
  readonly force?: boolean | undefined;
  /** Wait so long until nothing is running; 0 waits for as long as it takes. */
  readonly waitMs?: number | undefined;
  /** Never write the definition anew, even when its program is gone. */
  readonly preserveDefinition?: boolean | undefined;
}

/**
 * Restarts the service, or the gateway that somebody started by hand, and waits until the next one answers; with
 * `safe` the gateway is only asked to. @throws CliError
 */
export async function restartGateway(
  session: Session,
  wishes: RestartWishes = {},
): Promise<GatewayOperation> {
  refuseForeignHands(session, "restart");
  const seat = await openService(session);
  const relocated = seat.service?.identity.relocated === true;
  const service = relocated ? undefined : seat.service;
  const status = service && (await asked(() => service.status()));
  const foreground = foregroundOwner(session, status);
  const command = status?.command;
  if (foreground !== undefined && wishes.preserveDefinition !== true)
    return restartForeground(session, status, ownPlace(session, foreground), wishes);
  if (service === undefined || status === undefined || command === undefined) {
    const own = requireService(seat, session);
    await askedOfInstalled(status, () => own.restart());
    throw notInstalled(status);
  }
  const place = placeOf(session, command);
  if (wishes.safe === true) {
    if (!(await isLive(place)))
      throw new CliError("A safe restart is asked of the running gateway, and none answers.", {
        fields: { code: "not-running" },
        hint: "Restart it through the service: openclaw gateway restart",
      });
    return scheduled(status, place, wishes);
  }
  const running = status.runtime.status === "running";
  if (wishes.waitMs !== undefined && running && (await isLive(place)))
    await awaitIdle(place.session, place.port, wishes.waitMs === 0 ? undefined : wishes.waitMs);
  if (!running) await refuseTakenPort(place, "restart");
  return restartService(session, seat, service, status, wishes.preserveDefinition === true);
}

async function restartService(
  session: Session,
  seat: ServiceSeat,
  service: Service,
  status: ServiceStatus,
  preserve: boolean,
): Promise<GatewayOperation> {
  const stale = !preserve && isStale(status);
  const fresh = stale ? await asked(() => seat.expected()) : undefined;
  const definition = fresh ?? status.command;
  if (definition === undefined) throw notInstalled(status);
  const place = placeOf(session, definition);
  const order = {
    seat,
    service,
    place,
    action: "restart",
    before: status.runtime.status === "running" ? ownerOf(place) : undefined,
    done: "The service was restarted",
    vainResult: "restart-health-failed",
  } as const;
  const {
    done,
    answer,
    service: facts,
  } = await throughSupervisor(session, order, async () => {
    if (fresh) await service.refresh(fresh);
    return service.restart();
  });
  const repaired = `The program of the service was gone (${status.command?.programArguments[0]}); it starts ${definition.programArguments[0]} now.`;
  return {
    ...done,
    action: "restart",
    warnings: [...done.warnings, ...(stale ? [repaired] : []), ...keptPort(session, place)],
    service: facts,
    answer,
    hints: [],
  };
}

async function restartForeground(
  session: Session,
  status: ServiceStatus | undefined,
  place: Place,
  wishes: RestartWishes,
): Promise<GatewayOperation> {
  if (wishes.safe === true) return scheduled(status, place, wishes);
  if (wishes.waitMs !== undefined)
    await awaitIdle(session, place.port, wishes.waitMs === 0 ? undefined : wishes.waitMs);
  const machineWide = status && machineUnit(status);
  const before = await bootOf(session, place.port);
  const reason = "openclaw gateway restart";
  const skipDeferral = wishes.force === true || wishes.waitMs !== undefined;
  const receipt = await requestRestart({ session, port: place.port, reason, skipDeferral });
  const base = { action: "restart", service: factsOf(status), warnings: [] } as const;
  if (receipt.status === "deferred") {
    return {
      ...base,
      result: "scheduled",
      messages: [`Restart scheduled: ${receipt.summary}.`],
      answer: undefined,
      hints: ["To restart at once: openclaw gateway restart --force"],
    };
  }
  const end = await awaitNextBoot(place, before);
  if (end.state === "starting") throw stillStarting(place, end);
  if (end.state === "silent") {
    throw new CliError(
      `The gateway was asked to restart and has not come back on port ${place.port} within ${ANSWER_DEADLINE_MS / 1_000} s.`,
      {
        fields: { code: "no-answer" },
        hint: "openclaw gateway status\nopenclaw logs",
        beside: { result: "restart-health-failed" },
      },
    );
  }
  return {
    ...base,
    result: "restarted",
    messages: [
      machineWide === undefined
        ? "Restarted the gateway that runs without a service."
        : `Restarted the gateway, a service of the whole machine: ${machineWide}`,
    ],
    answer: end.answer,
    hints: [],
  };
}

async function scheduled(
  status: ServiceStatus | undefined,
  place: Place,
  wishes: RestartWishes,
): Promise<GatewayOperation> {
  const { summary } = await requestRestart({
    session: place.session,
    port: place.port,
    reason: "openclaw gateway restart --safe",
    skipDeferral: wishes.skipDeferral === true,
  });
  return {
    action: "restart",
    result: "scheduled",
    messages: [summary === "" ? "Restart scheduled." : `Restart scheduled: ${summary}.`],
    warnings: [],
    service: factsOf(status),
    answer: undefined,
    hints: ["See when it is back: openclaw gateway status"],
  };
}

/** A restart could not succeed: the program that the definition names is not there any more. */
function isStale({ command }: ServiceStatus): boolean {
  const program = command?.programArguments[0];
  return program !== undefined && isAbsolute(program) && !existsSync(program);
}
