import { networkInterfaces } from "node:os";
import {
  type ConfigSnapshot,
  ConfigStore,
  ensureGatewayToken,
  expandPath,
  type Env,
  isReference,
  isSensitivePath,
  legacyNamesWarning,
  type OpenClawConfig,
  openClawRules,
  type Paths,
  resolvePaths,
  valueAt,
  withEnvFiles,
} from "../../config/index.ts";
import { ChildJournal, NotedPrograms } from "../../lib/child-journal.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Ids } from "../../lib/ids.ts";
import {
  createLogging,
  type Logging,
  type LogSettings,
  type LogTarget,
  type Threshold,
} from "../../lib/log/index.ts";
import { LOG_LEVELS } from "../../lib/logger.ts";
import { secretRegistry, type SecretRegistry } from "../../lib/redact.ts";
import { type HostTools, hostTools } from "../../lib/host-tools.ts";
import { VERSION } from "../../lib/version.ts";
import { FileSecretStore, SecretResolver, StoredSecrets, StrictSecretError } from "../../secrets/index.ts";
import { isContainer } from "./container.ts";
import { refuseInvalidConfig, refuseWithoutMode } from "./refusals/mode-guard.ts";
import type { RunOptions } from "./options.ts";
import { EXIT_CONFIG, StartRefusal } from "./refusals/refusal.ts";
import { SecretRuntime } from "./secret-runtime.ts";
import { type GatewaySettings, resolveSettings } from "./settings.ts";
import { type Keeper, keeperOf } from "./supervision.ts";

export interface LaunchOptions extends RunOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  /** Told before something that may take long and lets nothing else run: how long at most, and what it is. */
  readonly slowed?: (forMs: number, status: string) => void;
}

const THRESHOLDS: readonly Threshold[] = [...LOG_LEVELS, "silent"];

/** What lives as long as the process: it is opened once and outlasts restarts of the gateway. */
export interface Ground {
  /** The process environment with the service's secrets and the state folder's `.env` below it. */
  readonly env: Env;
  readonly paths: Paths;
  readonly config: ConfigStore<OpenClawConfig>;
  readonly runtime: SecretRuntime;
  readonly registry: SecretRegistry;
  readonly logging: Logging;
  /** Programs this one runs for itself: those that know secrets, and tools of the machine. */
  readonly programs: NotedPrograms;
  readonly tools: HostTools;
  readonly storedToken: string | undefined;
  /** Who starts this process again when it ends; `undefined` when a person started it. */
  readonly keeper: Keeper | undefined;
}

/** Reads the configuration, opens the log, resolves the secrets. @throws StartRefusal */
export async function layGround(options: LaunchOptions): Promise<Ground> {
  const { flags, clock, ids } = options;
  const paths = resolvePaths(options.env, { profile: options.profile, dev: options.dev });
  const env = withEnvFiles(options.env, paths);
  const config: ConfigStore<OpenClawConfig> = new ConfigStore({
    paths,
    env,
    rules: openClawRules,
    clock,
    version: VERSION,
    preflight: async (next) => void (await resolver.resolveAll(next)),
  });
  const snapshot = await config.load();
  refuseInvalidConfig(snapshot, paths);
  if (!flags.allowUnconfigured) refuseWithoutMode(snapshot);

  const registry = secretRegistry();
  const logging = createLogging({
    clock,
    secrets: registry,
    target: logTarget(paths, snapshot.config),
    output: process.stdout,
    settings: logSettings({ ...options, env }, snapshot.config),
    verbose: flags.verbose,
    colour: options.color,
  });
  const log = logging.log.child("gateway");
  for (const warning of [legacyNamesWarning(env), ...env.problems]) if (warning) log.warn(warning);
  for (const { path, message } of [...snapshot.warnings, ...snapshot.legacyIssues]) {
    log.warn(`config: ${path}: ${message}`);
  }

  const programs = new NotedPrograms(new ChildJournal(paths.childrenDir), ids);
  const owner = { platform: env.system.platform, uid: env.system.uid };
  const world = {
    owner,
    home: paths.home,
    store: new FileSecretStore(paths.secretStorePath, owner),
    run: programs.run,
    logger: logging.log.child("secrets"),
  };
  const resolver = new SecretResolver<OpenClawConfig>({ ...world, sensitive: isSensitivePath });
  const byPassword = flags.auth === undefined && flags.password !== undefined;
  const needsToken = (flags.auth ?? "token") === "token" && flags.token === undefined && !byPassword;
  const mayWriteConfig = !flags.allowUnconfigured;
  try {
    const made = needsToken
      ? await ensureGatewayToken(config, { paths, env, ids, mayWriteConfig })
      : undefined;
    const runtime = new SecretRuntime(resolver, registry, new StoredSecrets(world));
    await activate(runtime, config.current);
    for (const secret of [
      flags.token,
      flags.password,
      env.gateway.token,
      env.gateway.password,
      made?.token,
    ]) {
      if (secret !== undefined) registry.add(secret);
    }
    if (made?.message) log.info(made.message);
    return {
      env,
      paths,
      config,
      runtime,
      registry,
      logging,
      programs,
      tools: hostTools(env.raw, programs.run),
      keeper: keeperOf(env, { pid: process.pid, isTerminal: options.isTerminal }),
      storedToken: made?.savedTo === "token-file" ? made.token : undefined,
    };
  } catch (error) {
    await logging.close();
    throw error;
  }
}

async function activate(runtime: SecretRuntime, snapshot: ConfigSnapshot<OpenClawConfig>): Promise<void> {
  try {
    await runtime.accept(snapshot);
  } catch (error) {
    if (!(error instanceof StrictSecretError)) throw error;
    throw new StartRefusal(EXIT_CONFIG, [
      `Gateway start blocked: ${error.message}`,
      "Make the secret available, then start again. Look at the reference with: openclaw config get gateway.auth",
    ]);
  }
}

/** Where the log goes: the file the configuration names, else one for each day. */
export function logTarget({ home, logDir, logName }: Paths, { logging }: OpenClawConfig): LogTarget {
  return logging.file ? { file: expandPath(logging.file, home) } : { dir: logDir, name: logName };
}

/** `--log-level` and `OPENCLAW_LOG_LEVEL` win over both levels of the configuration. */
export function logSettings({ logLevel, env }: LaunchOptions, config: OpenClawConfig): LogSettings {
  const named = logLevel ?? env.output.logLevel;
  const wanted = THRESHOLDS.find((level) => level === named);
  return wanted === undefined ? config.logging : { ...config.logging, level: wanted, consoleLevel: wanted };
}

/** What the flags, the environment and a configuration (the one in force) come to. @throws StartRefusal */
export function settle(
  { flags }: LaunchOptions,
  { env, paths, config, runtime, storedToken }: Ground,
  resolved: OpenClawConfig = runtime.current,
): GatewaySettings {
  const port = valueAt(config.current.resolved, ["gateway", "port"]);
  const { auth } = runtime.accepted.gateway;
  return resolveSettings({
    env,
    flags,
    paths,
    config: resolved,
    references: { token: isReference(auth.token), password: isReference(auth.password) },
    configuredPort: typeof port === "number" ? port : undefined,
    storedToken,
    inContainer: isContainer(env),
    localAddresses: () =>
      Object.values(networkInterfaces()).flatMap((addresses) =>
        (addresses ?? []).map(({ address }) => address),
      ),
  });
}
