import { resolvePort, valueAt } from "../../config/index.ts";
import type { GatewayOwner } from "../../lib/locks/index.ts";
import { VERSION } from "../../lib/version.ts";
import type {
  InstalledCommand,
  Service,
  ServiceDefinition,
  ServiceError,
  ServiceMachine,
  StableExecutable,
} from "./contract.ts";
import { openConfig } from "../config/open.ts";
import type { Session } from "../session.ts";
import { secretVariables } from "./secret-variables.ts";

/** What somebody wants to have otherwise than the configuration and the environment say. */
export interface DefinitionWishes {
  /** `--port`. */
  readonly port?: number | undefined;
  /** A program to start in place of the executable; empty takes a recorded one away. */
  readonly wrapper?: string | undefined;
  readonly allowUnconfigured?: boolean | undefined;
}

/** Where commands about the service sit: the supervisor's service, and what it should look like. */
export interface ServiceSeat {
  readonly machine: ServiceMachine;
  /** `undefined` where nothing could keep a service running, or it cannot be named; `absence` says why. */
  readonly service: Service | undefined;
  readonly absence: ServiceError | undefined;
  /** The executable a definition names, and whether it may go away. */
  readonly executable: StableExecutable;
  /**
   * The definition that this gateway's service should have. A wrapper and `--allow-unconfigured` of the installed one
   * stay; its port does not: that follows the configuration. @throws ServiceError without a supervisor
   */
  expected(wishes?: DefinitionWishes): Promise<ServiceDefinition>;
}

export interface SeatOptions {
  /** Time that all of the supervisor's programs together have from now on, in ms; for commands that only look. */
  readonly budgetMs?: number;
}

/** Finds this machine's service of this session's gateway. Asks nobody and never rejects. */
export async function openService(session: Session, options: SeatOptions = {}): Promise<ServiceSeat> {
  const { findService, gatewayDefinition, noSupervisor, ServiceError, stableExecutable, thisMachine } =
    await import("../../service/index.ts");
  const here = {
    ...thisMachine(session.env, session.paths, session.clock),
    askToEnd: async (owner: GatewayOwner) => (await import("./ask-to-end.ts")).askToEnd(session, owner),
  };
  const machine = hurried(here, options.budgetMs);
  const executable = stableExecutable(session.env);
  let service: Service | undefined;
  let absence: ServiceError | undefined;
  try {
    service = await findService(machine);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    absence = error;
  }
  const installed = async (): Promise<InstalledCommand | undefined> => {
    try {
      return (await service?.status())?.command;
    } catch (error) {
      if (error instanceof ServiceError) return undefined;
      throw error;
    }
  };
  return {
    machine,
    service,
    absence,
    executable,
    async expected(wishes = {}) {
      if (service === undefined) throw absence ?? noSupervisor();
      const command = await installed();
      const wrapper =
        wishes.wrapper ?? session.env.service.wrapper ?? command?.environment["OPENCLAW_WRAPPER"] ?? "";
      return gatewayDefinition({
        identity: service.identity,
        env: session.env,
        port: wishes.port ?? configuredPort(session),
        executable: executable.path,
        version: VERSION,
        ...(wrapper !== "" && { wrapper }),
        allowUnconfigured:
          wishes.allowUnconfigured ?? command?.programArguments.includes("--allow-unconfigured") ?? false,
        secretEnvironment: await secretVariables(session, command),
      });
    },
  };
}

/** The port that the environment, the configuration and the profile come to. */
export function configuredPort(session: Session): number {
  const configured = valueAt(openConfig(session).peek().resolved, ["gateway", "port"]);
  return resolvePort({
    env: session.env.gateway.port,
    config: typeof configured === "number" ? configured : undefined,
    profile: session.profile,
  }).port;
}

/** The same machine, whose programs have to be done in time: one that hangs must not hold a status back. */
function hurried(machine: ServiceMachine, budgetMs: number | undefined): ServiceMachine {
  if (budgetMs === undefined) return machine;
  const end = machine.clock.monotonic() + budgetMs;
  return {
    ...machine,
    async run(command, args, { timeoutMs = budgetMs, ...options } = {}) {
      const left = end - machine.clock.monotonic();
      if (left <= 0) return { exitCode: -1, stdout: "", stderr: "", timedOut: true };
      return machine.run(command, args, { ...options, timeoutMs: Math.min(timeoutMs, left) });
    },
  };
}
