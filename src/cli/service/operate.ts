import type { Operation, ServiceStatus } from "./contract.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";
import { awaitGone, GONE_DEADLINE_MS, isLive, ownerOf } from "./answer.ts";
import { asked, askedOfInstalled, notInstalled, runsByHand } from "./failure.ts";
import { stopForeground } from "./foreground.ts";
import { noteLifecycle, supervisorMode } from "./lifecycle-log.ts";
import { factsOf, type GatewayOperation } from "./operation.ts";
import { foregroundOwner, placeOf, refuseTakenPort } from "./place.ts";
import { refuseForeignHands, requireService } from "./refusals.ts";
import { openService } from "./seat.ts";
import { throughSupervisor } from "./supervised.ts";

export { installGateway, type InstallWishes } from "./install-gateway.ts";
export { type GatewayOperation } from "./operation.ts";
export { restartGateway, type RestartWishes } from "./restart-gateway.ts";

/** Starts the installed service and waits until its gateway answers. @throws CliError */
export async function startGateway(session: Session): Promise<GatewayOperation> {
  refuseForeignHands(session, "start");
  const seat = await openService(session);
  const service = requireService(seat, session);
  const status = await asked(() => service.status());
  const { command } = status;
  if (command === undefined) {
    await askedOfInstalled(status, () => service.start());
    throw notInstalled(status);
  }
  const place = placeOf(session, command);
  const running = status.runtime.status === "running";
  const foreground = foregroundOwner(session, status);
  if (foreground !== undefined) throw runsByHand(foreground.pid, "start");
  if (!running) await refuseTakenPort(place, "start");
  const order = {
    seat,
    service,
    place,
    action: "start",
    before: running ? undefined : ownerOf(place),
    done: "The service was started",
    answers: ({ result }: Operation) => result !== "already-running",
  } as const;
  const { done, answer, service: facts } = await throughSupervisor(session, order, () => service.start());
  const base = { ...done, action: "start", service: facts, answer, hints: [] } as const;
  if (done.result !== "already-running") return base;
  const live = await isLive(place);
  const pid = status.runtime.pid === undefined ? "" : ` (pid ${status.runtime.pid})`;
  return {
    ...base,
    messages: [`Gateway service already running${pid}.`],
    warnings: live ? done.warnings : [...done.warnings, `It does not answer on port ${place.port} yet.`],
    hints: live ? [] : ["See why: openclaw gateway status"],
  };
}

/**
 * Writes the installed service anew, as this version and the configuration want it, and keeps its state: one that ran is
 * restarted and has to answer, one that was stopped stays so. @throws CliError
 */
export async function refreshGateway(session: Session): Promise<GatewayOperation> {
  refuseForeignHands(session, "install");
  const seat = await openService(session);
  const service = requireService(seat, session);
  const definition = await asked(() => seat.expected());
  const { runtime } = await asked(() => service.status());
  const place = placeOf(session, definition);
  const order = {
    seat,
    service,
    place,
    action: "install",
    before: ownerOf(place),
    done: "The service was written anew",
    answers: () => runtime.status === "running",
  } as const;
  const {
    done,
    answer,
    service: facts,
  } = await throughSupervisor(session, order, () => service.refresh(definition));
  return { ...done, action: "install", service: facts, answer, hints: [] };
}

/**
 * Stops the service and waits until its gateway is gone; without a running one, the gateway that somebody started by
 * hand on this state folder is stopped. An absent gateway counts as done. @throws CliError
 */
export async function stopGateway(
  session: Session,
  options: { readonly disable?: boolean } = {},
): Promise<GatewayOperation> {
  refuseForeignHands(session, "stop");
  const seat = await openService(session);
  const { disable = false } = options;
  const service = seat.service?.identity.relocated === true ? undefined : seat.service;
  if (service === undefined) {
    if (disable) requireService(seat, session);
    return (await stopForeground(session, undefined)) ?? notLoaded(undefined);
  }
  const status = await asked(() => service.status());
  const { command } = status;
  const foreground = foregroundOwner(session, status);
  const idle = status.runtime.status === "stopped" && !disable;
  if (command === undefined) {
    // A service of the whole machine is not stopped by ending its gateway: it would be started again.
    await asked(() => service.stop({ disable }));
    return (await stopForeground(session, status)) ?? notLoaded(status);
  }
  if (idle && foreground !== undefined) return (await stopForeground(session, status)) ?? notLoaded(status);
  const place = placeOf(session, command);
  const before = foreground === undefined ? ownerOf(place) : undefined;
  await noteLifecycle(session, { action: "stop", mode: supervisorMode(service.kind, "stop") });
  const done = await asked(() => service.stop({ disable }));
  if (done.result !== "scheduled" && foreground === undefined && !(await awaitGone(place, before))) {
    throw new CliError(
      `The service was stopped, but a gateway still answers on port ${place.port} (waited ${GONE_DEADLINE_MS / 1_000} s).`,
      { fields: { code: "still-there" }, hint: "See who it is: openclaw gateway status --deep" },
    );
  }
  const after = await asked(() => service.status());
  return { ...done, action: "stop", service: factsOf(after), answer: undefined, hints: [] };
}

/** Stops and removes the service. An absent one counts as done. @throws CliError */
export async function uninstallGateway(session: Session): Promise<GatewayOperation> {
  refuseForeignHands(session, "uninstall");
  const seat = await openService(session);
  const service = requireService(seat, session);
  const status = await asked(() => service.status());
  const { command } = status;
  const place = command && placeOf(session, command);
  const foreground = foregroundOwner(session, status);
  const before = place && foreground === undefined ? ownerOf(place) : undefined;
  await noteLifecycle(session, { action: "uninstall", mode: supervisorMode(service.kind, "uninstall") });
  const done = await asked(() => service.uninstall());
  const gone = place === undefined || foreground !== undefined || (await awaitGone(place, before));
  const after = await asked(() => service.status());
  return {
    ...done,
    result: "uninstalled",
    action: "uninstall",
    warnings: gone
      ? done.warnings
      : [...done.warnings, `A gateway still answers on port ${place.port}: openclaw gateway status --deep`],
    service: factsOf(after),
    answer: undefined,
    hints: [],
  };
}

function notLoaded(status: ServiceStatus | undefined): GatewayOperation {
  return {
    action: "stop",
    result: "not-loaded",
    messages: [status?.installed === true ? "Gateway service is not running." : "Gateway service disabled."],
    warnings: [],
    service: factsOf(status),
    answer: undefined,
    hints: [],
  };
}
