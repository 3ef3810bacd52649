import {
  ConfigStore,
  openClawRules,
  resolvePaths,
  resolvePort,
  valueAt,
  withEnvFiles,
} from "../../config/index.ts";
import { pause, systemClock } from "../../lib/clock.ts";
import { hostTools } from "../../lib/host-tools.ts";
import { randomIds } from "../../lib/ids.ts";
import { takeConsole } from "../../lib/log/index.ts";
import { silentLogger } from "../../lib/logger.ts";
import { VERSION } from "../../lib/version.ts";
import type { Gateway } from "../gateway.ts";
import { ListeningSockets } from "../wire/listening-sockets.ts";
import { WaitingRoom } from "../wire/waiting-room.ts";
import { bindRefusal } from "./refusals/bind-refusal.ts";
import { DiskRefusal, diskRefusal, diskTakes } from "./refusals/disk-refusal.ts";
import { Launched } from "./launch.ts";
import type { RunOptions } from "./options.ts";
import { StartRefusal } from "./refusals/refusal.ts";
import { listenForSignals, type SignalRequest } from "./signals.ts";
import { keeperOf } from "./supervision.ts";
import { findSupervisor, type Supervisor } from "./supervisor.ts";

/** Time that what was cut off (a program it had started, a lookup) has to end by itself after a stop. */
const LINGER_MS = 1_000;

/**
 * How much later than usual code is compiled for speed until the first turn. The executable starts more reluctant still
 * (see build/compile.ts). What runs often is compiled all the same; what does not is worth its memory more.
 */
const RUNNING_JIT_POLICY = 16;

/** How often a gateway that waits for its disk tries it. */
const DISK_LOOK_INTERVAL_MS = 500;

/** Time a supervisor gives the start each time it is told of the wait. */
const WAITING_TOLD_MS = 30_000;

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
    launched = await launch(options, orders, supervisor);
    if (!launched) return orders.abandoned ? EXIT_INTERRUPTED : 0;
    using _console = takeConsole(launched.log.child("library"));
    Bun.unsafe.setJITPolicy(RUNNING_JIT_POLICY);
    for (;;) {
      supervisor.ready(launched.log.child("gateway"), `serving on port ${launched.gateway.port}`);
      orders.obey(launched.gateway);
      const end = await launched.gateway.ended;
      if (!end.restart || orders.stopAsked)
        return orders.abandoned ? EXIT_INTERRUPTED : orders.stopAsked ? 0 : launched.exitCode;
      supervisor.restarting();
      await launched.restart();
    }
  } catch (error) {
    return explain(error, options);
  } finally {
    await launched?.dispose();
  }
}

/** Starts, as soon as the disk can be written; undefined when it was told to stop before. @throws StartRefusal */
async function launch(
  options: RunOptions,
  orders: Orders,
  supervisor: Supervisor,
): Promise<Launched | undefined> {
  const clock = systemClock;
  const paths = resolvePaths(options.env, options);
  const sockets = new ListeningSockets({ clock, log: silentLogger });
  let waited = false;
  // The clock's timers do not keep a process alive, and at this moment nothing else may.
  const alive = setInterval(() => {}, DISK_LOOK_INTERVAL_MS);
  try {
    for (;;) {
      try {
        const slowed = (forMs: number, status: string) => supervisor.waiting(forMs, status);
        const launching = { ...options, clock, ids: randomIds, slowed };
        return await Launched.start(launching, waited ? sockets : undefined);
      } catch (error) {
        const refusal = diskRefusal(error, paths);
        if (!(refusal instanceof DiskRefusal) || !refusal.isWorthWaiting) throw refusal;
        if (!waited) await waitAt(sockets, refusal, options);
        waited = true;
        do {
          if (orders.stopAsked) return undefined;
          supervisor.waiting(WAITING_TOLD_MS, refusal.message);
          await Promise.race([pause(clock, DISK_LOOK_INTERVAL_MS), orders.stop]);
        } while (!diskTakes(paths.stateDir));
      }
    }
  } catch (error) {
    await sockets.close();
    throw error;
  } finally {
    clearInterval(alive);
    if (orders.stopAsked) await sockets.close();
  }
}

/** Says what is waited for, here and at the port, so that whoever looks does not find nothing. */
async function waitAt(sockets: ListeningSockets, refusal: DiskRefusal, options: RunOptions): Promise<void> {
  for (const line of refusal.lines) options.err(line);
  const { flags, env } = options;
  const paths = resolvePaths(env, options);
  const settings = { paths, env: withEnvFiles(env, paths), rules: openClawRules, clock: systemClock };
  const { resolved } = new ConfigStore({ ...settings, version: VERSION }).peek();
  const configured = valueAt(resolved, ["gateway", "port"]);
  const { port } = resolvePort({
    flag: flags.port,
    env: settings.env.gateway.port,
    config: typeof configured === "number" ? configured : undefined,
    profile: paths.profile,
  });
  try {
    new WaitingRoom(sockets, refusal.lines.join(" ")).open(port);
  } catch (error) {
    const keeper = keeperOf(env, { pid: process.pid, isTerminal: options.isTerminal });
    throw await bindRefusal({ error, url: `ws://127.0.0.1:${port}`, port, keeper }, hostTools(env.raw).run);
  }
  options.err(`Waiting until it can be; http://127.0.0.1:${port}/readyz tells why.`);
}

function explain(error: unknown, options: RunOptions): number {
  if (!(error instanceof StartRefusal)) throw error;
  for (const line of error.lines) options.err(line);
  return error.exitCode;
}

/** What signals asked for; kept while no gateway runs, so that one between two gateways is not lost. */
class Orders {
  abandoned = false;
  /** Settles when a stop is asked for. */
  readonly stop: Promise<void>;
  private readonly tellStop: () => void;
  private stopSignal: string | undefined;
  private gateway: Gateway | undefined;

  constructor(
    private readonly isTerminal: boolean,
    private readonly supervisor: Supervisor,
  ) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.stop = promise;
    this.tellStop = resolve;
  }

  get stopAsked(): boolean {
    return this.stopSignal !== undefined;
  }

  /** From now on this gateway is meant; an order given before is carried out at once. */
  obey(gateway: Gateway): void {
    this.gateway = gateway;
    if (this.stopSignal !== undefined) this.end(gateway, this.stopSignal);
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
    this.tellStop();
    this.supervisor.stopping();
    if (this.gateway) this.end(this.gateway, signal);
  }

  private end(gateway: Gateway, signal: string): void {
    gateway.log.info(`received ${signal}; shutting down`);
    void gateway.stop();
  }
}
