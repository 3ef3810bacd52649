import { networkInterfaces } from "node:os";
import {
  ConfigStore,
  ensureGatewayToken,
  isSensitivePath,
  legacyNamesWarning,
  type OpenClawConfig,
  openClawRules,
  type Paths,
  resolvePaths,
} from "../../config/index.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Ids } from "../../lib/ids.ts";
import { type GatewayLock, GatewayRunningError, lockGateway } from "../../lib/lock.ts";
import { createLogging, type Logging, type LogSettings, type Threshold } from "../../lib/log/index.ts";
import { LOG_LEVELS } from "../../lib/logger.ts";
import { secretRegistry, type SecretRegistry } from "../../lib/redact.ts";
import { runProgram } from "../../lib/spawn.ts";
import { VERSION } from "../../lib/version.ts";
import { FileSecretStore, SecretResolver, StrictSecretError } from "../../secrets/index.ts";
import { openStore, type Store, StoreError } from "../../store/index.ts";
import { TailscaleWhois } from "../auth/index.ts";
import { Gateway } from "../gateway.ts";
import { HANDSHAKE_TIMEOUT_MS, MAX_PREAUTH_CONNECTIONS_PER_IP } from "../limits.ts";
import { bindRefusal, codeOf } from "./bind-refusal.ts";
import { isContainer } from "./container.ts";
import { freePort } from "./force.ts";
import { refuseInvalidConfig, refuseWithoutMode } from "./mode-guard.ts";
import { portOwners } from "./port-owner.ts";
import { EXIT_CONFIG, StartRefusal } from "./refusal.ts";
import type { RunOptions } from "./options.ts";
import { SecretRuntime } from "./secret-runtime.ts";
import { type GatewaySettings, resolveSettings } from "./settings.ts";
import { TailscaleExposure } from "./tailscale.ts";
import { loadTls } from "./tls.ts";
import { type HostTools, hostTools } from "./tools.ts";

export interface LaunchOptions extends RunOptions {
  readonly clock: Clock;
  readonly ids: Ids;
}

const THRESHOLDS: readonly Threshold[] = [...LOG_LEVELS, "silent"];

/** What lives as long as the process: it is opened once and outlasts restarts of the gateway. */
interface Ground {
  readonly paths: Paths;
  readonly config: ConfigStore<OpenClawConfig>;
  readonly runtime: SecretRuntime;
  readonly registry: SecretRegistry;
  readonly logging: Logging;
  readonly tools: HostTools;
  readonly storedToken: string | undefined;
}

/** A started gateway with all it stands on. */
export class Launched {
  private constructor(
    private readonly options: LaunchOptions,
    private readonly ground: Ground,
    private readonly lock: GatewayLock,
    private readonly store: Store,
    private current: Running,
  ) {}

  get gateway(): Gateway {
    return this.current.gateway;
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
        return new Launched(options, ground, lock, store, running);
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

  /** Starts anew in this process on the settings now in force. @throws StartRefusal */
  async restart(): Promise<void> {
    const { options, ground, store } = this;
    await this.current.tailscale?.stop();
    const snapshot = await ground.config.load();
    refuseInvalidConfig(snapshot, ground.paths);
    if (!options.flags.allowUnconfigured) refuseWithoutMode(snapshot);
    await ground.runtime.reload();
    ground.logging.configure(logSettings(options, ground.runtime.current));
    this.current = await startGateway(options, ground, settle(options, ground), store);
    this.lock.update({ port: this.gateway.port });
  }

  /** Gives everything back, in reverse. */
  async dispose(): Promise<void> {
    await this.current.tailscale?.stop();
    await this.store.close();
    this.lock.release();
    await this.ground.logging.close();
  }
}

interface Running {
  readonly gateway: Gateway;
  readonly tailscale: TailscaleExposure | undefined;
}

async function layGround(options: LaunchOptions): Promise<Ground> {
  const { env, flags, clock, ids } = options;
  const paths = resolvePaths(env, { profile: options.profile, dev: options.dev });
  const config = new ConfigStore({ paths, env, rules: openClawRules, clock, version: VERSION });
  const snapshot = await config.load();
  refuseInvalidConfig(snapshot, paths);
  if (!flags.allowUnconfigured) refuseWithoutMode(snapshot);

  const registry = secretRegistry();
  const logging = createLogging({
    clock,
    secrets: registry,
    target: snapshot.config.logging.file
      ? { file: snapshot.config.logging.file }
      : { dir: paths.logDir, name: paths.logName },
    output: process.stdout,
    settings: logSettings(options, snapshot.config),
    verbose: flags.verbose,
    colour: options.color,
  });
  const log = logging.log.child("gateway");
  for (const warning of [legacyNamesWarning(env), ...env.problems]) if (warning) log.warn(warning);
  for (const { path, message } of snapshot.warnings) log.warn(`config: ${path}: ${message}`);

  const owner = { platform: env.system.platform, uid: env.system.uid };
  const resolver = new SecretResolver<OpenClawConfig>({
    owner,
    home: paths.home,
    store: new FileSecretStore(paths.secretStorePath, owner),
    run: runProgram,
    sensitive: isSensitivePath,
    logger: logging.log.child("secrets"),
  });
  const needsToken = flags.auth === undefined && flags.token === undefined && flags.password === undefined;
  const mayWriteConfig = !flags.allowUnconfigured;
  const made = needsToken ? await ensureGatewayToken(config, { paths, env, ids, mayWriteConfig }) : undefined;
  const runtime = new SecretRuntime(config, resolver, registry);
  await activate(runtime);
  for (const secret of [flags.token, flags.password, env.gateway.token, env.gateway.password, made?.token]) {
    if (secret !== undefined) registry.add(secret);
  }
  if (made?.message) log.info(made.message);
  return { paths, config, runtime, registry, logging, tools: hostTools(env), storedToken: made?.token };
}

async function activate(runtime: SecretRuntime): Promise<void> {
  try {
    await runtime.reload();
  } catch (error) {
    if (!(error instanceof StrictSecretError)) throw error;
    throw new StartRefusal(EXIT_CONFIG, [
      `Gateway start blocked: ${error.message}`,
      "Make the secret available, then start again. Look at the reference with: openclaw config get gateway.auth",
    ]);
  }
}

/** `--log-level` and `OPENCLAW_LOG_LEVEL` win over both levels of the configuration. */
function logSettings({ logLevel, env }: LaunchOptions, config: OpenClawConfig): LogSettings {
  const named = logLevel ?? env.output.logLevel;
  const wanted = THRESHOLDS.find((level) => level === named);
  return wanted === undefined ? config.logging : { ...config.logging, level: wanted, consoleLevel: wanted };
}

function settle({ env, flags }: LaunchOptions, { paths, runtime, storedToken }: Ground): GatewaySettings {
  return resolveSettings({
    env,
    flags,
    paths,
    config: runtime.current,
    storedToken,
    inContainer: isContainer(env),
    localAddresses: () =>
      Object.values(networkInterfaces()).flatMap((addresses) =>
        (addresses ?? []).map(({ address }) => address),
      ),
  });
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
  { env, clock, ids }: LaunchOptions,
  { paths }: Ground,
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
  const { env, clock, ids, flags } = options;
  const { paths, config, runtime, logging, tools } = ground;
  const gateway = new Gateway({
    paths,
    config,
    runtime,
    store,
    logging,
    settings,
    resettle: () => settle(options, ground),
    whois: new TailscaleWhois({ run: tools.output, clock }),
    tls: settings.tls && (await loadTls(settings.tls, settings.hostname)),
    clock,
    ids,
    wsLog: flags.wsLog ?? "auto",
    handshakeTimeoutMs: env.handshakeTimeoutMs ?? HANDSHAKE_TIMEOUT_MS,
    maxPreauthPerIp: env.maxPreauthConnectionsPerIp ?? MAX_PREAUTH_CONNECTIONS_PER_IP,
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
