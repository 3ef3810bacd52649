import { totalmem } from "node:os";
import type { OpenClawConfig } from "../../config/index.ts";
import { ConfigWatcher } from "../../config/index.ts";
import { endLeftovers } from "../../lib/child-journal.ts";
import { type GatewayLock, GatewayRunningError, lockGateway } from "../../lib/locks/index.ts";
import type { Logger } from "../../lib/logger.ts";
import { VERSION } from "../../lib/version.ts";
import { type OpeningStep, openStore, type Store, StoreError } from "../../store/index.ts";
import type { Gateway } from "../gateway.ts";
import type { RestartHistory } from "../state/restart.ts";
import { ListeningSockets } from "../wire/listening-sockets.ts";
import { freePort } from "./force.ts";
import { type Ground, type LaunchOptions, layGround, logSettings, logTarget, settle } from "./ground.ts";
import { EXIT_MEMORY, MemoryWatch } from "./memory-watch.ts";
import { refuseWithoutMode } from "./refusals/mode-guard.ts";
import { explainBind, listenOptions, raise, type Raised } from "./raise.ts";
import { EXIT_CONFIG, StartRefusal } from "./refusals/refusal.ts";
import type { GatewaySettings } from "./settings.ts";
import { TlsReload } from "./tls/reload.ts";

/** A started gateway with all it stands on. */
export class Launched {
  private readonly history: RestartHistory = { lastByConfigAt: undefined, refusedRevision: undefined };
  private tlsFiles: TlsReload | undefined;
  private watcher: ConfigWatcher<OpenClawConfig> | undefined;
  private current: Raised | undefined;
  private memory: MemoryWatch | undefined;
  /** What this process ends with when its gateway has stopped. */
  exitCode = 0;

  private constructor(
    private readonly options: LaunchOptions,
    private readonly ground: Ground,
    private readonly lock: GatewayLock,
    private readonly store: Store,
    private readonly sockets: ListeningSockets,
  ) {}

  get gateway(): Gateway {
    return this.running.gateway;
  }

  get log(): Logger {
    return this.ground.logging.log;
  }

  /** Everything from flags to a listening gateway, at `waitedAt` when the process waited there. @throws StartRefusal */
  static async start(options: LaunchOptions, waitedAt?: ListeningSockets): Promise<Launched> {
    const ground = await layGround(options);
    const settings = settle(options, ground);
    if (options.flags.force) await freePort(settings.port.port, forceDeps(options, ground));
    const lock = await takeLock(options, ground, settings).catch(async (error: unknown) => {
      await ground.logging.close();
      throw error;
    });
    const log = ground.logging.log.child("gateway/ws");
    const sockets = waitedAt ?? new ListeningSockets({ clock: options.clock, log });
    try {
      await endLeftBehind(options, ground);
      const store = await openStoreOrRefuse(options, ground);
      try {
        const launched = new Launched(options, ground, lock, store, sockets);
        await launched.begin(settings);
        return launched;
      } catch (error) {
        if (!waitedAt) await sockets.close();
        await store.close();
        throw error;
      }
    } catch (error) {
      lock.release();
      await ground.logging.close();
      throw error;
    }
  }

  /**
   * Starts the next gateway in this process, on what the files say now; where that cannot be, on the settings of the one
   * before. @throws StartRefusal when not even those can be had again
   */
  async restart(): Promise<void> {
    const { options, ground, history } = this;
    const { config, runtime, logging } = ground;
    const before = { settings: this.running.settings, config: runtime.accepted };
    await this.running.tailscale?.stop();
    await this.takeFiles();
    await logging.moveTo(logTarget(ground.paths, runtime.current));
    logging.configure(logSettings({ ...options, env: ground.env }, runtime.current));
    try {
      history.refusedRevision = undefined;
      await this.raise(settle(options, ground), true);
    } catch (error) {
      this.complain("the new configuration cannot be run on; carrying on with the one before", error);
      history.refusedRevision = config.current.revisionHash;
      await runtime.accept({ config: before.config, variables: config.current.variables });
      await this.raise(before.settings, true);
    }
  }

  /** Gives everything back, in reverse. */
  async dispose(): Promise<void> {
    this.tlsFiles?.stop();
    this.memory?.stop();
    await this.watcher?.stop();
    await this.current?.tailscale?.stop();
    this.ground.programs[Symbol.dispose]();
    await this.sockets.close();
    await this.store.close();
    this.lock.release();
    await this.ground.logging.close();
  }

  private get running(): Raised {
    if (this.current === undefined) throw new Error("no gateway was started yet");
    return this.current;
  }

  private async begin(settings: GatewaySettings): Promise<void> {
    await this.raise(settings, false);
    this.memory = this.watchMemory();
    this.memory.start();
    this.watcher = watchConfig(this.options, this.ground);
    this.tlsFiles = new TlsReload({
      clock: this.options.clock,
      log: this.log.child("gateway/reload"),
      settings: () => this.running.settings,
      sockets: this.sockets,
    });
    this.tlsFiles.start();
  }

  private watchMemory(): MemoryWatch {
    const { options, ground, store } = this;
    const { memoryCapacityMb } = ground.env;
    return new MemoryWatch({
      clock: options.clock,
      log: this.log.child("gateway"),
      kv: store.kv,
      capacityBytes: memoryCapacityMb === undefined ? machineMemory() : memoryCapacityMb * 1_048_576,
      residentBytes: () => process.memoryUsage.rss(),
      counters: () => ({ ...process.memoryUsage(), ...this.gateway.readings }),
      release() {
        Bun.gc(true);
        Bun.shrink();
      },
      end:
        ground.keeper &&
        (() => {
          this.exitCode = EXIT_MEMORY;
          void this.gateway.stop();
        }),
    });
  }

  private async raise(settings: GatewaySettings, takesOver: boolean): Promise<void> {
    const { options: launch, ground, store, sockets, history } = this;
    const prepareRestart = () => this.prepareRestart();
    this.current = await raise(
      { launch, ground, store, sockets, takesOver, prepareRestart, restartHistory: history },
      settings,
    );
    this.lock.update({ port: this.gateway.port });
  }

  /**
   * Asks whether a next gateway would come up, and takes the ports it needs while this one still runs. What the files say
   * now is not put in force by it. @throws StartRefusal with the reason it would not
   */
  private async prepareRestart(): Promise<void> {
    const { options, ground, sockets } = this;
    const onDisk = await ground.config.load();
    const { current } = ground.config;
    // The restart is made on the configuration from before then, at an address that is there.
    if (!onDisk.valid) return;
    if (!options.flags.allowUnconfigured) refuseWithoutMode(current);
    const settings = settle(options, ground, await ground.runtime.resolve(current));
    const listening = await listenOptions(settings);
    try {
      sockets.reserve(listening);
    } catch (error) {
      throw await explainBind(error, settings, ground);
    }
  }

  /** A file spoilt while the gateway ran must not end it at a restart. */
  private async takeFiles(): Promise<void> {
    const { options, ground } = this;
    const log = this.log.child("gateway");
    const onDisk = await ground.config.load();
    if (!onDisk.valid) {
      const issues = onDisk.issues.map(({ path, message }) => `${path || "<root>"}: ${message}`).join("; ");
      log.warn(`config file is not valid; restarting on the configuration from before: ${issues}`);
    }
    const { current } = ground.config;
    try {
      if (!options.flags.allowUnconfigured) refuseWithoutMode(current);
      await ground.runtime.accept(current, (resolved) => void settle(options, ground, resolved));
    } catch (error) {
      this.complain("restarting on the configuration from before", error);
    }
  }

  private complain(what: string, error: unknown): void {
    const log = this.log.child("gateway");
    if (error instanceof StartRefusal) log.error(`${what}: ${error.lines.join(" ")}`);
    else log.error(what, { error });
  }
}

/** Commands of agents do not outlive their gateway, however that ended. */
async function endLeftBehind({ clock }: LaunchOptions, { paths, logging }: Ground): Promise<void> {
  const ended = await endLeftovers(paths.childrenDir, clock);
  if (ended > 0)
    logging.log.child("gateway").warn(`ended ${ended} commands that the last gateway left running`);
}

/** A changed file is read once it has settled; what follows is decided by the gateway that runs then. */
function watchConfig(
  { clock }: LaunchOptions,
  { config, runtime, logging }: Ground,
): ConfigWatcher<OpenClawConfig> {
  const watcher = new ConfigWatcher({
    store: config,
    clock,
    log: logging.log.child("gateway/reload"),
    debounceMs: () => runtime.current.gateway.reload.debounceMs,
  });
  watcher.start();
  return watcher;
}

function forceDeps({ clock }: LaunchOptions, { logging, tools }: Ground) {
  return {
    clock,
    log: logging.log.child("gateway"),
    run: tools.run,
    signal: (pid: number, signal: "SIGTERM" | "SIGKILL") => void process.kill(pid, signal),
    ownPid: process.pid,
  };
}

async function takeLock(
  { clock, ids }: LaunchOptions,
  { env, paths }: Ground,
  settings: GatewaySettings,
): Promise<GatewayLock> {
  try {
    return await lockGateway({
      stateLockPath: paths.stateLockPath,
      configLockPath: paths.configLockPath,
      configPath: paths.configPath,
      stateDir: paths.stateDir,
      port: settings.port.port,
      version: VERSION,
      clock,
      ids,
      allowMulti: env.allowMultiGateway,
    });
  } catch (error) {
    if (!(error instanceof GatewayRunningError)) throw error;
    throw new StartRefusal(EXIT_CONFIG, [error.message]);
  }
}

/** Time every start has, as the unit says it. */
const USUAL_START_MS = 30_000;

/** A slow disk reads or writes so much of a database in a second, with what the work on it costs. */
const SLOW_DISK_BYTES_PER_MS = 10_000;

/** No start is worth more time than the five minutes that `gateway restart` waits for it. */
const LONGEST_START_MS = 300_000;

async function openStoreOrRefuse(options: LaunchOptions, { paths, logging }: Ground): Promise<Store> {
  const { clock, slowed } = options;
  const onStep = ({ doing, bytes }: OpeningStep): void => {
    const neededMs = USUAL_START_MS + Math.ceil(bytes / SLOW_DISK_BYTES_PER_MS);
    slowed?.(Math.min(LONGEST_START_MS, neededMs), `${doing} the state database (${megabytes(bytes)} MB)`);
  };
  try {
    return await openStore({ path: paths.dbPath, clock, log: logging.log.child("store"), onStep });
  } catch (error) {
    if (!(error instanceof StoreError) || error.code === "disk-full") throw error;
    throw new StartRefusal(error.code === "newer-schema" ? EXIT_CONFIG : 1, [error.message]);
  }
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1_000_000);
}

/** What this process may take of the machine's memory; its group may be given less. */
function machineMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
