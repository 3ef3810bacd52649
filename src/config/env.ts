import { resolve } from "node:path";
import { accountHome } from "./places/account-home.ts";
import { SHELL_ENV_TIMEOUT_MS } from "./limits.ts";

/** What the operating system says about this process; injected in tests. */
export interface EnvSystem {
  readonly platform: NodeJS.Platform;
  /** Numeric user id; 0 where the platform has none. */
  readonly uid: number;
  /** Home folder of the account, whatever `HOME` says. */
  readonly accountHome: string;
}

/** The environment of the process, read once; nothing else reads environment variables. */
export interface Env {
  readonly system: EnvSystem;
  /** `OPENCLAW_HOME`, `HOME`, `USERPROFILE`, then the account's home; absolute. */
  readonly home: string;
  /** Where temporary files go by the platform's own rules. */
  readonly tmpDir: string;
  readonly profile: string | undefined;
  readonly stateDir: string | undefined;
  readonly configPath: string | undefined;
  readonly workspaceDir: string | undefined;
  readonly oauthDir: string | undefined;
  /** Folders outside the config folder that `$include` may read from. */
  readonly includeRoots: readonly string[];
  readonly gateway: {
    readonly url: string | undefined;
    readonly port: number | undefined;
    readonly token: string | undefined;
    readonly password: string | undefined;
  };
  readonly service: {
    readonly marker: string | undefined;
    readonly kind: string | undefined;
    readonly version: string | undefined;
    readonly launchdLabel: string | undefined;
    readonly systemdUnit: string | undefined;
    readonly windowsTaskName: string | undefined;
    readonly taskScript: string | undefined;
    readonly taskScriptName: string | undefined;
    readonly logPrefix: string | undefined;
    readonly wrapper: string | undefined;
    readonly managedEnvKeys: readonly string[];
    /** `OPENCLAW_SERVICE_MANAGER`: whose service is meant, in place of the platform's own supervisor. */
    readonly manager: "launchd" | "systemd" | "schtasks" | undefined;
    /** `OPENCLAW_SERVICE_ENV_FILE`: variables with secrets that do not stand in the service's definition. */
    readonly envFile: string | undefined;
    /** `OPENCLAW_SERVICE_REPAIR_POLICY=external`: doctor never touches services. */
    readonly repairExternal: boolean;
    /** `OPENCLAW_SUPERVISOR_MODE=external`: another supervisor owns the process. */
    readonly supervisorExternal: boolean;
  };
  /** Restart inside the process instead of through a supervisor. */
  readonly noRespawn: boolean;
  /** Skips the per-config lock, never the state lock. */
  readonly allowMultiGateway: boolean;
  readonly skip: {
    readonly canvasHost: boolean;
    readonly channels: boolean;
    readonly cron: boolean;
    readonly browserControl: boolean;
  };
  readonly canvasHostPort: number | undefined;
  readonly browser: {
    /** `OPENCLAW_BROWSER_CONTROL_URL`: where the control service listens, in place of the port that follows the gateway's. */
    readonly controlUrl: string | undefined;
    /** `OPENCLAW_BROWSER_HEADLESS`: whether browsers that are started show no window. */
    readonly headless: boolean | undefined;
    /** `DISPLAY` or `WAYLAND_DISPLAY` names a screen. */
    readonly hasDisplay: boolean;
  };
  /** `OPENCLAW_CONFIG_READONLY=1` or `OPENCLAW_NIX_MODE=1`: names the variable that forbids config writes. */
  readonly configReadonlyBy: string | undefined;
  readonly shellEnv: { readonly enabled: boolean; readonly timeoutMs: number };
  readonly output: {
    readonly logLevel: string | undefined;
    /** Stack traces are shown. */
    readonly debug: boolean;
    readonly startupTrace: boolean;
    readonly restartTrace: boolean;
    readonly noColor: boolean;
    readonly forceColor: boolean;
    readonly locale: string | undefined;
  };
  readonly handshakeTimeoutMs: number | undefined;
  /** Unauthenticated sockets per client address. */
  readonly maxPreauthConnectionsPerIp: number | undefined;
  /** `OPENCLAW_MEMORY_CAPACITY_MB`: what counts as the memory of this machine, in place of what it has. */
  readonly memoryCapacityMb: number | undefined;
  /** `OPENCLAW_STRICT_PARAMS=1`: unknown method params are refused; for conformance runs. */
  readonly strictParams: boolean;
  readonly disableBonjour: boolean;
  readonly mdnsHostname: string | undefined;
  readonly noAutoUpdate: boolean;
  readonly allowInsecurePrivateWs: boolean;
  /** Token of the default Telegram account when the config has none. */
  readonly telegramBotToken: string | undefined;
  /** `OPENCLAW_WHATSAPP_WEB_URL` and `_ROOT_KEY`: a server in place of WhatsApp's own, and the hex public key of its issuer; for tests and mirrors. */
  readonly whatsappWeb: { readonly url: string | undefined; readonly rootKey: string | undefined };
  /** Every variable with a non-blank value, for `${NAME}` and for child processes. */
  readonly raw: Readonly<Record<string, string>>;
  /** `CLAWDBOT_*` and `MOLTBOT_*` variables that stood in for an unset `OPENCLAW_*` one. */
  readonly legacyNames: readonly string[];
  /** One line per variable whose value cannot be used; the variable counts as unset. */
  readonly problems: readonly string[];
}

const LEGACY_PREFIXES = ["MOLTBOT_", "CLAWDBOT_"] as const;
const PREFIX = "OPENCLAW_";
const UNSET_WORDS = new Set(["", "undefined", "null"]);
const TRUE_WORDS = new Set(["1", "true", "yes", "on"]);
const SERVICE_MANAGERS = ["launchd", "systemd", "schtasks"] as const;
const MAX_PORT = 65_535;

/** Reads this machine's side of the environment. */
function currentSystem(): EnvSystem {
  const { platform } = process;
  const uid = process.getuid?.() ?? 0;
  return { platform, uid, accountHome: accountHome(platform, uid) };
}

/** Expands a leading `~` against `home` and makes the path absolute. */
export function expandPath(path: string, home: string): string {
  if (path === "~") return home;
  if (path.startsWith("~/") || path.startsWith("~\\")) return resolve(home, path.slice(2));
  return resolve(path);
}

/** The one warning to print when variables of an older name were used; `undefined` when none was. */
export function legacyNamesWarning(env: Pick<Env, "legacyNames">): string | undefined {
  if (env.legacyNames.length === 0) return undefined;
  const renamed = env.legacyNames.map((name) => `${name} → ${PREFIX}${name.slice(name.indexOf("_") + 1)}`);
  return `Environment variables of an older name were used; rename them: ${renamed.join(", ")}`;
}

/** The process environment; only the entry point calls this. */
export function processEnv(): Env {
  return readEnv(process.env);
}

/** Reads every variable the program knows out of `source`. Never throws; see `problems` for bad values. */
export function readEnv(
  source: Readonly<Record<string, string | undefined>>,
  system: EnvSystem = currentSystem(),
): Env {
  const raw: Record<string, string> = {};
  for (const [name, value] of Object.entries(source)) {
    if (value !== undefined && value.trim() !== "") raw[name] = value;
  }
  const legacyNames = adoptLegacyNames(raw);
  const problems: string[] = [];

  const plain = (name: string): string | undefined => {
    const value = raw[name]?.trim();
    return value === undefined || UNSET_WORDS.has(value) ? undefined : value;
  };
  const text = (name: string) => plain(PREFIX + name);
  const on = (name: string) => TRUE_WORDS.has((text(name) ?? "").toLowerCase());
  const whole = (name: string, max: number): number | undefined => {
    const value = text(name);
    if (value === undefined) return undefined;
    const parsed = Number(value);
    if (/^\d+$/.test(value) && parsed >= 1 && parsed <= max) return parsed;
    problems.push(`${PREFIX}${name} must be a whole number from 1 to ${max}, not "${value}"; it is ignored`);
    return undefined;
  };
  const shaped = (name: string, shape: RegExp, what: string): string | undefined => {
    const value = text(name);
    if (value === undefined || shape.test(value)) return value;
    problems.push(`${PREFIX}${name} must be ${what}; it is ignored`);
    return undefined;
  };
  const list = (name: string, separator: string | RegExp) =>
    (text(name) ?? "").split(separator).flatMap((part) => (part.trim() === "" ? [] : [part.trim()]));

  const osHome = plain("HOME") ?? plain("USERPROFILE") ?? system.accountHome;
  const home = expandPath(text("HOME") ?? osHome, osHome);
  const path = (name: string) => {
    const value = text(name);
    return value === undefined ? undefined : expandPath(value, home);
  };
  const windows = system.platform === "win32";

  return {
    system,
    home,
    tmpDir: windows
      ? (plain("TEMP") ?? plain("TMP") ?? resolve(home, "AppData/Local/Temp"))
      : (plain("TMPDIR") ?? "/tmp"),
    profile: text("PROFILE"),
    stateDir: path("STATE_DIR"),
    configPath: path("CONFIG_PATH"),
    workspaceDir: path("WORKSPACE_DIR"),
    oauthDir: path("OAUTH_DIR"),
    includeRoots: list("INCLUDE_ROOTS", windows ? ";" : ":").map((root) => expandPath(root, home)),
    gateway: {
      url: text("GATEWAY_URL"),
      port: whole("GATEWAY_PORT", MAX_PORT),
      token: text("GATEWAY_TOKEN"),
      password: text("GATEWAY_PASSWORD"),
    },
    service: {
      marker: text("SERVICE_MARKER"),
      kind: text("SERVICE_KIND"),
      version: text("SERVICE_VERSION"),
      launchdLabel: text("LAUNCHD_LABEL"),
      systemdUnit: text("SYSTEMD_UNIT"),
      windowsTaskName: text("WINDOWS_TASK_NAME"),
      taskScript: text("TASK_SCRIPT"),
      taskScriptName: text("TASK_SCRIPT_NAME"),
      logPrefix: text("LOG_PREFIX"),
      wrapper: text("WRAPPER"),
      managedEnvKeys: list("SERVICE_MANAGED_ENV_KEYS", /[,\s]+/),
      manager: SERVICE_MANAGERS.find((name) => name === text("SERVICE_MANAGER")),
      envFile: path("SERVICE_ENV_FILE"),
      repairExternal: text("SERVICE_REPAIR_POLICY") === "external",
      supervisorExternal: text("SUPERVISOR_MODE") === "external",
    },
    noRespawn: on("NO_RESPAWN"),
    allowMultiGateway: on("ALLOW_MULTI_GATEWAY"),
    skip: {
      canvasHost: on("SKIP_CANVAS_HOST"),
      channels: on("SKIP_CHANNELS"),
      cron: on("SKIP_CRON"),
      browserControl: on("SKIP_BROWSER_CONTROL_SERVER"),
    },
    canvasHostPort: whole("CANVAS_HOST_PORT", MAX_PORT),
    browser: {
      controlUrl: text("BROWSER_CONTROL_URL"),
      headless: text("BROWSER_HEADLESS") === undefined ? undefined : on("BROWSER_HEADLESS"),
      hasDisplay: plain("DISPLAY") !== undefined || plain("WAYLAND_DISPLAY") !== undefined,
    },
    configReadonlyBy: ["CONFIG_READONLY", "NIX_MODE"].filter(on).map((name) => PREFIX + name)[0],
    shellEnv: {
      enabled: on("LOAD_SHELL_ENV"),
      timeoutMs: whole("SHELL_ENV_TIMEOUT_MS", Number.MAX_SAFE_INTEGER) ?? SHELL_ENV_TIMEOUT_MS,
    },
    output: {
      logLevel: text("LOG_LEVEL")?.toLowerCase(),
      debug: on("DEBUG"),
      startupTrace: on("GATEWAY_STARTUP_TRACE"),
      restartTrace: on("GATEWAY_RESTART_TRACE"),
      noColor: plain("NO_COLOR") !== undefined,
      forceColor: !["0", "false", undefined].includes(plain("FORCE_COLOR")?.toLowerCase()),
      locale: text("LOCALE"),
    },
    handshakeTimeoutMs: whole("HANDSHAKE_TIMEOUT_MS", Number.MAX_SAFE_INTEGER),
    maxPreauthConnectionsPerIp: whole("MAX_PREAUTH_CONNECTIONS_PER_IP", 100_000),
    memoryCapacityMb: whole("MEMORY_CAPACITY_MB", 100_000_000),
    strictParams: on("STRICT_PARAMS"),
    disableBonjour: on("DISABLE_BONJOUR"),
    mdnsHostname: text("MDNS_HOSTNAME"),
    noAutoUpdate: on("NO_AUTO_UPDATE"),
    allowInsecurePrivateWs: on("ALLOW_INSECURE_PRIVATE_WS"),
    telegramBotToken: plain("TELEGRAM_BOT_TOKEN"),
    whatsappWeb: {
      url: shaped("WHATSAPP_WEB_URL", /^wss?:\/\/./i, "a ws: or wss: address"),
      rootKey: shaped("WHATSAPP_WEB_ROOT_KEY", /^[0-9a-f]{64}$/i, "64 hexadecimal digits"),
    },
    raw,
    legacyNames,
    problems,
  };
}

/** Fills unset `OPENCLAW_*` entries of `raw` from their older names; returns the older names that were used. */
function adoptLegacyNames(raw: Record<string, string>): string[] {
  const used: string[] = [];
  const isSet = (name: string) => !UNSET_WORDS.has((raw[name] ?? "").trim());
  for (const prefix of LEGACY_PREFIXES) {
    for (const name of Object.keys(raw)) {
      if (!name.startsWith(prefix) || !isSet(name)) continue;
      const current = PREFIX + name.slice(prefix.length);
      const value = raw[name];
      if (isSet(current) || value === undefined) continue;
      raw[current] = value;
      used.push(name);
    }
  }
  return used;
}
