import { existsSync, lstatSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Env } from "../env.ts";
import { fnv1a32 } from "./port.ts";

/** Every place on disk that belongs to one gateway. All paths are absolute; none is created here. */
export interface Paths {
  readonly home: string;
  /** The named profile; `undefined` for the default one. */
  readonly profile: string | undefined;
  readonly stateDir: string;
  readonly configPath: string;
  /** Where the agents work when the config names no other place. */
  readonly workspaceDir: string;
  readonly dbPath: string;
  /** Folder of the JSONL logs. */
  readonly logDir: string;
  /** First part of the log file names; unique to this state folder. */
  readonly logName: string;
  /** Lifecycle audit: one line per start, stop and restart. */
  readonly restartLogPath: string;
  readonly tmpDir: string;
  /** Notes of programs under way, for whoever comes after a gateway that was killed. */
  readonly childrenDir: string;
  readonly lockDir: string;
  readonly stateLockPath: string;
  /** The same for every state folder that is used with this config: it lies with the config. */
  readonly configLockPath: string;
  readonly credentialsDir: string;
  /** The token of a gateway that was started without a config. */
  readonly gatewayTokenPath: string;
  readonly secretStorePath: string;
  readonly oauthDir: string;
  readonly tlsDir: string;
  readonly tlsCertPath: string;
  readonly tlsKeyPath: string;
  /** Variables for the gateway, in dotenv syntax. */
  readonly envFilePath: string;
  readonly agentsDir: string;
  readonly completionsDir: string;
}

export interface PathOptions {
  /** `--profile`; wins over `OPENCLAW_PROFILE`. */
  readonly profile?: string | undefined;
  /** `--dev`: the profile `dev`. */
  readonly dev?: boolean | undefined;
}

/** A profile name that cannot be a folder and service name. */
export class InvalidProfileError extends Error {
  constructor(name: string) {
    super(
      `Invalid profile name "${name}": use letters, digits, "-" and "_", starting with a letter or digit, ` +
        `at most 64 characters, for example --profile rescue.`,
    );
    this.name = "InvalidProfileError";
  }
}

const PROFILE_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const LEGACY_NAMES = ["moltbot", "clawdbot"] as const;
const CONFIG_NAME = "openclaw.json";
const SHARED_LOG_DIR = "/tmp/openclaw";

/** The profile to use; `default` and nothing are the same. Throws `InvalidProfileError`. */
function resolveProfile(env: Env, options: PathOptions): string | undefined {
  const given = options.profile ?? (options.dev ? "dev" : env.profile);
  const name = given?.trim().toLowerCase();
  if (!name || name === "default") return undefined;
  if (!PROFILE_NAME.test(name)) throw new InvalidProfileError(given ?? name);
  return name;
}

/** Where files that came in through chats are kept; each conversation has a folder of its own there. */
export function inboundMediaDir(stateDir: string): string {
  return join(stateDir, "media", "inbound");
}

/** The folder of the files of one conversation below `root`. Its name tells nothing of the session key, and fits any disk. */
export function conversationMediaDir(root: string, sessionKey: string): string {
  return join(root, new Bun.CryptoHasher("sha256").update(sessionKey).digest("hex").slice(0, 24));
}

/** Resolves every path from the environment and the profile. Looks at the disk only to keep existing older names. */
export function resolvePaths(env: Env, options: PathOptions = {}): Paths {
  const profile = resolveProfile(env, options);
  const suffix = profile === undefined ? "" : `-${profile}`;
  const stateDir = env.stateDir ?? defaultStateDir(env.home, suffix);
  const configPath = env.configPath ?? defaultConfigPath(stateDir);
  const inState = (...parts: string[]) => join(stateDir, ...parts);
  const lockDir = inState("tmp", `openclaw-${env.system.uid}`);
  const tlsDir = inState("gateway", "tls");
  const credentialsDir = inState("credentials");
  return {
    home: env.home,
    profile,
    stateDir,
    configPath,
    workspaceDir: env.workspaceDir ?? defaultWorkspaceDir(env, stateDir, profile),
    dbPath: inState("state", "openclaw.sqlite"),
    logDir: logDirFor(env),
    logName: logNameFor(env, stateDir, suffix),
    restartLogPath: inState("logs", "gateway-restart.log"),
    tmpDir: inState("tmp"),
    childrenDir: inState("tmp", "children"),
    lockDir,
    stateLockPath: join(lockDir, "gateway.state.lock"),
    configLockPath: configLockFor(configPath, env.system.uid),
    credentialsDir,
    gatewayTokenPath: join(credentialsDir, "gateway-token"),
    secretStorePath: join(credentialsDir, "secrets.json"),
    oauthDir: env.oauthDir ?? credentialsDir,
    tlsDir,
    tlsCertPath: join(tlsDir, "gateway-cert.pem"),
    tlsKeyPath: join(tlsDir, "gateway-key.pem"),
    envFilePath: inState(".env"),
    agentsDir: inState("agents"),
    completionsDir: inState("completions"),
  };
}

/** The log file of the given day (local date): `<logDir>/<logName>-YYYY-MM-DD.log`. */
export function logFilePath(paths: Pick<Paths, "logDir" | "logName">, epochMs: number): string {
  const date = new Date(epochMs);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return join(paths.logDir, `${paths.logName}-${day}.log`);
}

/** A path as people know it: `~/…` when it lies in the home folder. */
export function displayPath(path: string, home: string): string {
  if (path === home) return "~";
  return path.startsWith(`${home}/`) || path.startsWith(`${home}\\`) ? `~${path.slice(home.length)}` : path;
}

function defaultStateDir(home: string, suffix: string): string {
  const current = join(home, `.openclaw${suffix}`);
  if (existsSync(current)) return current;
  const legacy = LEGACY_NAMES.map((name) => join(home, `.${name}${suffix}`)).find((dir) => existsSync(dir));
  return legacy ?? current;
}

function defaultConfigPath(stateDir: string): string {
  const current = join(stateDir, CONFIG_NAME);
  if (existsSync(current)) return current;
  const legacy = LEGACY_NAMES.map((name) => join(stateDir, `${name}.json`)).find((file) => existsSync(file));
  return legacy ?? current;
}

/**
 * A config with a usual name lies in a state folder, whose lock folder is meant then. Follows from the path of the config
 * alone, so that gateways with several state folders find each other.
 */
function configLockFor(configPath: string, uid: number): string {
  const folder = dirname(configPath);
  const name = basename(configPath);
  if (![CONFIG_NAME, ...LEGACY_NAMES.map((legacy) => `${legacy}.json`)].includes(name)) {
    return join(folder, `.${name}.gateway.lock`);
  }
  return join(folder, "tmp", `openclaw-${uid}`, `gateway.${shortHash(configPath)}.lock`);
}

function defaultWorkspaceDir(env: Env, stateDir: string, profile: string | undefined): string {
  const own = join(stateDir, "workspace");
  if (profile === undefined || env.stateDir !== undefined || existsSync(own)) return own;
  return join(env.home, ".openclaw", `workspace-${profile}`);
}

/** The documented shared folder, unless it belongs to somebody else or is not a real folder. */
function logDirFor(env: Env): string {
  const fallback = join(env.tmpDir, `openclaw-${env.system.uid}`);
  if (env.system.platform === "win32") return fallback;
  const stat = lstatSync(SHARED_LOG_DIR, { throwIfNoEntry: false });
  if (stat === undefined) return SHARED_LOG_DIR;
  const writableByOthers = (stat.mode & 0o022) !== 0;
  return stat.isDirectory() && stat.uid === env.system.uid && !writableByOthers ? SHARED_LOG_DIR : fallback;
}

/** Two state folders never share a log file: any folder but the account's own default adds a hash to the name. */
function logNameFor(env: Env, stateDir: string, suffix: string): string {
  const own = join(env.system.accountHome, `.openclaw${suffix}`);
  const legacyOwn = LEGACY_NAMES.some((name) => basename(stateDir) === `.${name}${suffix}`);
  const usual = stateDir === own || (legacyOwn && join(stateDir, "..") === env.system.accountHome);
  return usual ? `openclaw${suffix}` : `openclaw${suffix}-${shortHash(stateDir)}`;
}

function shortHash(text: string): string {
  return fnv1a32(text).toString(16).padStart(8, "0");
}
