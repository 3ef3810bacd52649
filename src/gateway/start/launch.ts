import type { OpenClawConfig } from "../../config/index.ts";
import { ConfigWatcher } from "../../config/index.ts";
import { type GatewayLock, GatewayRunningError, lockGateway } from "../../lib/lock.ts";
import type { Logger } from "../../lib/logger.ts";
import { VERSION } from "../../lib/version.ts";
import { openStore, type Store, StoreError } from "../../store/index.ts";
import { TailscaleWhois } from "../auth/index.ts";
import { Gateway } from "../gateway.ts";
import { HANDSHAKE_TIMEOUT_MS, MAX_PREAUTH_CONNECTIONS_PER_IP } from "../limits.ts";
import { bindRefusal, codeOf } from "./bind-refusal.ts";
import { freePort } from "./force.ts";
import { type Ground, type LaunchOptions, layGround, logSettings, logTarget, settle } from "./ground.ts";
import { refuseWithoutMode } from "./mode-guard.ts";
import { portOwners } from "../../lib/port-owner.ts";
import { EXIT_CONFIG, StartRefusal } from "./refusal.ts";
import type { GatewaySettings } from "./settings.ts";
import { TailscaleExposure } from "./tailscale.ts";
import { loadTls } from "./tls.ts";

/** A started gateway with all it stands on. */
export class Launched {
  private constructor(
    private readonly options: LaunchOptions,
    private readonly ground: Ground,
    private readonly lock: GatewayLock,
    private readonly store: Store,
    private readonly watcher: ConfigWatcher<OpenClawConfig>,
    private current: Running,
  ) {}

  get gateway(): Gateway {
    return this.current.gateway;
  }

  get log(): Logger {
    return this.ground.logging.log;
  }

  /** Everything from flags to a listening gateway. @throws StartRefusal */
  static async start(options: LaunchOptions): Promise<Launched> {
    const ground = await layGround(options);
    const settings = settle(options, ground);
    if (options.flags.force) await freePort(settings.port.port, forceDeps(options, ground));
    const lock = await takeLock(options, ground, settings);
    try {
      const store = await openStoreOrRefuse(options, ground);
      try {
        const running = await startGateway(options, ground, settings, store);
        lock.update({ port: running.gateway.port });
        const watcher = watchConfig(options, ground);
        return new Launched(options, ground, lock, store, watcher, running);
      } catch (error) {
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
   * Starts anew in this process on what the files say now; where that cannot be, on the configuration in force before.
   * @throws StartRefusal
   */
  async restart(): Promise<void> {
    const { options, ground, store } = this;
    await this.current.tailscale?.stop();
    await this.takeFiles();
    await ground.logging.moveTo(logTarget(ground.paths, ground.runtime.current));
    ground.logging.configure(logSettings({ ...options, env: ground.env }, ground.runtime.current));
    this.current = await startGateway(options, ground, settle(options, ground), store);
    this.lock.update({ port: this.gateway.port });
  }

  /** A file spoilt while the gateway ran must not end it at a restart. @throws StartRefusal when the mode forbids the start */
  private async takeFiles(): Promise<void> {
    const { options, ground } = this;
    const log = ground.logging.log.child("gateway");
    const onDisk = await ground.config.load();
    if (!onDisk.valid) {
      const issues = onDisk.issues.map(({ path, message }) => `${path || "<root>"}: ${message}`).join("; ");
      log.warn(`config file is not valid; restarting on the configuration from before: ${issues}`);
    }
    const { current } = ground.config;
    if (!options.flags.allowUnconfigured) refuseWithoutMode(current);
    try {
      await ground.runtime.accept(current, (resolved) => void settle(options, ground, resolved));
    } catch (error) {
      log.error("restarting on the configuration from before", { error });
    }
  }

  /** Gives everything back, in reverse. */
  async dispose(): Promise<void> {
    await this.watcher.stop();
    await this.current.tailscale?.stop();
    await this.store.close();
    this.lock.release();
    await this.ground.logging.close();
  }
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

interface Running {
  readonly gateway: Gateway;
  readonly tailscale: TailscaleExposure | undefined;
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

async function openStoreOrRefuse({ clock }: LaunchOptions, { paths, logging }: Ground): Promise<Store> {
  try {
    return await openStore({ path: paths.dbPath, clock, log: logging.log.child("store") });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new StartRefusal(error.code === "newer-schema" ? EXIT_CONFIG : 1, [error.message]);
  }
}

async function startGateway(
  options: LaunchOptions,
  ground: Ground,
  settings: GatewaySettings,
  store: Store,
): Promise<Running> {
  const { clock, ids, flags } = options;
  const { env, paths, config, runtime, logging, tools } = ground;
  const gateway = new Gateway({
    paths,
    config,
    runtime,
    store,
    logging,
    secrets: ground.registry,
    settings,
    resettle: (next) => settle(options, ground, next),
    logSettings: (next) => logSettings({ ...options, env }, next),
    whois: new TailscaleWhois({ run: tools.output, clock }),
    tls: settings.tls && (await loadTls(settings.tls, settings.hostname)),
    clock,
    ids,
    wsLog: flags.wsLog ?? "auto",
    handshakeTimeoutMs: env.handshakeTimeoutMs ?? HANDSHAKE_TIMEOUT_MS,
    maxPreauthPerIp: env.maxPreauthConnectionsPerIp ?? MAX_PREAUTH_CONNECTIONS_PER_IP,
    skipChannels: env.skip.channels,
    strictParams: env.strictParams,
  });
  const scheme = settings.tls ? "wss" : "ws";
  const url = `${scheme}://${settings.bind.host}:${settings.port.port}`;
  try {
    await gateway.start();
  } catch (error) {
    const busy = codeOf(error) === "EADDRINUSE";
    const owners = busy ? ((await portOwners(settings.port.port, tools.run)) ?? []) : [];
    throw bindRefusal({ error, url, port: settings.port.port, owners });
  }
  await config.keepLastGood();
  const tailscale = await expose(settings, gateway, ground);
  announce(gateway, settings, ground);
  return { gateway, tailscale };
}

async function expose(
  { tailscale }: GatewaySettings,
  gateway: Gateway,
  { tools, logging }: Ground,
): Promise<TailscaleExposure | undefined> {
  const port = gateway.tailscalePort;
  if (tailscale.mode === "off" || port === undefined) return undefined;
  const log = logging.log.child("gateway/tailscale");
  const exposure = new TailscaleExposure(tailscale.mode, tailscale.preserveFunnel, { run: tools.run, log });
  try {
    await exposure.start(port);
    return exposure;
  } catch (error) {
    await gateway.stop();
    throw error;
  }
}

/** What a person who started the gateway wants to know. */
function announce(gateway: Gateway, settings: GatewaySettings, { logging, paths }: Ground): void {
  const { log } = gateway;
  const scheme = settings.tls ? "wss" : "ws";
  const places = gateway.hosts.map((host) => (host.includes(":") ? `[${host}]` : host));
  log.info(`listening on ${places.map((place) => `${scheme}://${place}:${gateway.port}`).join(", ")}`);
  if (settings.bind.note) log.info(settings.bind.note);
  log.info(`auth: ${settings.credentials.mode}`, {
    bind: settings.bind.mode,
    portSource: settings.port.source,
  });
  const file = logging.file()?.file;
  if (file) log.info(`log file: ${file}`);
  log.info("ready", { version: VERSION, stateDir: paths.stateDir, pid: process.pid });
}
