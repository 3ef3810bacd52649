import { resolvePaths } from "../../config/index.ts";
import { systemClock } from "../../lib/clock.ts";
import { randomIds } from "../../lib/ids.ts";
import { takeConsole } from "../../lib/log/index.ts";
import type { Gateway } from "../gateway.ts";
import { diskRefusal } from "./disk-refusal.ts";
import { Launched } from "./launch.ts";
import type { RunOptions } from "./options.ts";
import { StartRefusal } from "./refusal.ts";
import { listenForSignals, type SignalRequest } from "./signals.ts";
import { findSupervisor, type Supervisor } from "./supervisor.ts";

/** Time that what was cut off (a program it had started, a lookup) has to end by itself after a stop. */
const LINGER_MS = 1_000;

/**
 * How much later than usual code is compiled for speed until the first turn. The executable starts more reluctant still
 * (see build/compile.ts). What runs often is compiled all the same; what does not is worth its memory more.
 */
const RUNNING_JIT_POLICY = 16;

/** Exit code of a gateway that was cut off by a second Ctrl-C. */
const EXIT_INTERRUPTED = 130;

/**
 * Runs the gateway in this process until it is told to stop; a restart begins it anew on the settings then in force.
 * Returns the exit code: 0 after a clean stop, 78 when the configuration forbids the start, 1 for other refusals. The
 * process ends with it soon after, whatever was cut off and still runs.
 */
export async function runGateway(options: RunOptions): Promise<number> {
  const supervisor = await findSupervisor(options.env, systemClock, options.err);
  const orders = new Orders(options.isTerminal, supervisor);
  using _signals = listenForSignals((request) => orders.take(request));
  const code = await runUntilStopped(options, orders, supervisor);
  // oxlint-disable-next-line unicorn/no-process-exit -- the last resort is what this is
  setTimeout(() => process.exit(code), orders.abandoned ? 0 : LINGER_MS).unref();
  return code;
}

async function runUntilStopped(options: RunOptions, orders: Orders, supervisor: Supervisor): Promise<number> {
  let launched: Launched | undefined;
  try {
    launched = await launch(options);
    using _console = takeConsole(launched.log.child("library"));
    Bun.unsafe.setJITPolicy(RUNNING_JIT_POLICY);
    for (;;) {
      supervisor.ready(launched.log.child("gateway"), `serving on port ${launched.gateway.port}`);
      orders.obey(launched.gateway);
      const end = await launched.gateway.ended;
      if (!end.restart || orders.stopAsked) return orders.abandoned ? EXIT_INTERRUPTED : 0;
      supervisor.restarting();
      await launched.restart();
    }
  } catch (error) {
    return explain(error, options);
  } finally {
    await launched?.dispose();
  }
}

async function launch(options: RunOptions): Promise<Launched> {
  try {
    return await Launched.start({ ...options, clock: systemClock, ids: randomIds });
  } catch (error) {
    throw diskRefusal(error, resolvePaths(options.env, options));
  }
}

function explain(error: unknown, options: RunOptions): number {
  if (!(error instanceof StartRefusal)) throw error;
  for (const line of error.lines) options.err(line);
  return error.exitCode;
}

/** What signals asked for; kept while no gateway runs, so that one between two gateways is not lost. */
class Orders {
  abandoned = false;
  private stopSignal: string | undefined;
  private gateway: Gateway | undefined;

  constructor(
    private readonly isTerminal: boolean,
    private readonly supervisor: Supervisor,
  ) {}

  get stopAsked(): boolean {
    return this.stopSignal !== undefined;
  }

  /** From now on this gateway is meant; an order given before is carried out at once. */
  obey(gateway: Gateway): void {
    this.gateway = gateway;
    if (this.stopSignal !== undefined) this.stop(gateway, this.stopSignal);
  }

  take({ kind, signal }: SignalRequest): void {
    if (kind === "restart") {
      this.gateway?.restartBySignal(signal);
      return;
    }
    if (this.stopAsked && signal === "SIGINT" && this.isTerminal) {
      this.abandoned = true;
      this.gateway?.abandon();
      return;
    }
    this.stopSignal = signal;
    this.supervisor.stopping();
    if (this.gateway) this.stop(this.gateway, signal);
  }

  private stop(gateway: Gateway, signal: string): void {
    gateway.log.info(`received ${signal}; shutting down`);
    void gateway.stop();
  }
}
