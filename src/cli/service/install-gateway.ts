import { displayPath, ensureGatewayToken, valueAt, withEnvFiles, withValue } from "../../config/index.ts";
import { randomIds } from "../../lib/ids.ts";
import type { Obstacle, Service, ServiceStatus } from "./contract.ts";
import { configFailure, openConfig } from "../config/open.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";
import { ownerOf } from "./answer.ts";
import { asked, runsByHand } from "./failure.ts";
import { stopForeground } from "./foreground.ts";
import { factsOf, type GatewayOperation } from "./operation.ts";
import { foregroundOwner, placeOf, refuseTakenPort } from "./place.ts";
import { refuseForeignHands, refuseUnstartable, requireService, usableWrapper } from "./refusals.ts";
import { configuredPort, openService, type ServiceSeat } from "./seat.ts";
import { throughSupervisor } from "./supervised.ts";

/** How a service is to be installed; what is not said follows the configuration. */
export interface InstallWishes {
  /** Stands in the service's command line. */
  readonly port?: number | undefined;
  /** Becomes `gateway.auth.token`; never a part of the service. */
  readonly token?: string | undefined;
  /** A program to start in place of the executable; empty takes a recorded one away. */
  readonly wrapper?: string | undefined;
  readonly allowUnconfigured?: boolean | undefined;
  /** Writes an installed service anew, and takes over from a gateway that runs without one. */
  readonly force?: boolean | undefined;
}

/**
 * Installs the service of this gateway, starts it, and waits until the gateway answers. A home without a configuration
 * gets `gateway.mode` and a token. An installed service is left as it is unless `force`. @throws CliError
 */
export async function installGateway(
  session: Session,
  wishes: InstallWishes = {},
): Promise<GatewayOperation> {
  const { allowUnconfigured = false, force = false } = wishes;
  refuseForeignHands(session, "install");
  const wrapper = usableWrapper(session, wishes.wrapper ?? session.env.service.wrapper);
  const seat = await openService(session);
  const service = requireService(seat, session);
  refuseUnstartable(session, allowUnconfigured);
  const status = await asked(() => service.status());
  if (status.installed && !force) return alreadyInstalled(seat, service, status);
  const obstacles = refuseFatal(await asked(() => service.obstacles()));
  const doubts = doubtsOf(seat, wrapper);
  const foreground = foregroundOwner(session, status);
  if (foreground !== undefined && !force) throw runsByHand(foreground.pid, "install");

  const prepared = await prepareConfig(session, wishes);
  const definition = await asked(() => seat.expected({ ...wishes, wrapper }));
  const place = placeOf(session, definition);
  const stopped = foreground && (await stopForeground(session, status));
  if (status.runtime.status !== "running" || portChanges(session, status, place.port))
    await refuseTakenPort(place, "install");
  const order = {
    seat,
    service,
    place,
    action: "install",
    before: ownerOf(place),
    done: "The service was installed",
  } as const;
  const install = () => service.install(definition, { force });
  const { done, answer, service: facts } = await throughSupervisor(session, order, install);
  // The supervisor may have told of them itself.
  const untold = obstacles.filter(({ message }) => !done.warnings.some((one) => one.startsWith(message)));
  return {
    action: "install",
    result: done.result,
    messages: [...prepared, ...(stopped?.messages ?? []), ...done.messages],
    warnings: [
      ...doubts,
      ...done.warnings,
      ...untold.map(({ message, fix }) => `${message} ${fix}`),
      ...portRemark(session, wishes.port),
    ],
    service: facts,
    answer,
    hints: [],
  };
}

async function alreadyInstalled(
  seat: ServiceSeat,
  service: Service,
  status: ServiceStatus,
): Promise<GatewayOperation> {
  const issues = await asked(async () => service.audit(await seat.expected()));
  return {
    action: "install",
    result: "already-installed",
    messages: [
      `Gateway service already ${status.loaded ? status.loadedText : `installed, and ${status.notLoadedText}`}.`,
    ],
    warnings: issues.map(({ message }) => message),
    service: factsOf(status),
    answer: undefined,
    hints: [
      "Reinstall with: openclaw gateway install --force",
      ...(status.runtime.status === "stopped" ? ["It is not running. Start it: openclaw gateway start"] : []),
    ],
  };
}

/** An obstacle that would make the install a lie is thrown; the others are given back. */
function refuseFatal(obstacles: readonly Obstacle[]): readonly Obstacle[] {
  const fatal = obstacles.find((one) => one.fatal);
  if (fatal !== undefined)
    throw new CliError(fatal.message, { fields: { code: fatal.code }, hint: fatal.fix });
  return obstacles;
}

/** An executable that goes away takes the service with it. */
function doubtsOf(
  { executable: { path, doubt, unusable } }: ServiceSeat,
  wrapper: string | undefined,
): string[] {
  if (doubt === undefined || (wrapper !== undefined && wrapper !== "")) return [];
  if (unusable) {
    throw new CliError(`${path} cannot be the program of a service: ${doubt}.`, {
      fields: { code: "not-stable-path" },
      hint: "Install from the executable, or name a program that starts the gateway: --wrapper <path>",
    });
  }
  return [
    `The service will end with its program: ${doubt}. Move it to a place that stays, and install again.`,
  ];
}

/** What a bare home needs before its gateway can start; each change is said. */
async function prepareConfig(session: Session, wishes: InstallWishes): Promise<string[]> {
  if (wishes.allowUnconfigured === true && wishes.token === undefined) return [];
  const { paths } = session;
  const store = openConfig(session);
  const where = displayPath(paths.configPath, paths.home);
  const said: string[] = [];
  try {
    const { resolved } = await store.load();
    const { token } = wishes;
    if (wishes.allowUnconfigured !== true && valueAt(resolved, ["gateway", "mode"]) === undefined) {
      await store.edit((config) => withValue(config, ["gateway", "mode"], "local"));
      said.push(`Set gateway.mode to local in ${where}.`);
    }
    if (token !== undefined && valueAt(resolved, ["gateway", "auth", "token"]) !== token) {
      await store.edit((config) =>
        withValue(
          withValue(config, ["gateway", "auth", "mode"], "token"),
          ["gateway", "auth", "token"],
          token,
        ),
      );
      said.push(`Stored the token in ${where} (gateway.auth.token).`);
    }
    const env = withEnvFiles(session.env, paths);
    const made = await ensureGatewayToken(store, { paths, env, ids: randomIds, mayWriteConfig: true });
    if (made.message !== undefined && made.token !== undefined) said.push(made.message);
  } catch (error) {
    throw configFailure(error);
  }
  return said;
}

function portChanges(session: Session, status: ServiceStatus, port: number): boolean {
  return status.command === undefined || placeOf(session, status.command).port !== port;
}

/** Other commands do not read the service's command line. */
function portRemark(session: Session, port: number | undefined): string[] {
  if (port === undefined || port === configuredPort(session)) return [];
  return [
    `Commands look for the gateway on port ${configuredPort(session)}. To make ${port} theirs, too: ` +
      `openclaw config set gateway.port ${port}`,
  ];
}
