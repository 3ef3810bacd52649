import { existsSync, mkdirSync } from "node:fs";
import type { Ids } from "../lib/ids.ts";
import { type ConfigPath, valueAt, withValue } from "./document/index.ts";
import type { Env } from "./env.ts";
import { ConfigError } from "./errors.ts";
import { PRIVATE_DIR_MODE } from "./limits.ts";
import { readRegularFile, wholeReference } from "./load/index.ts";
import { displayPath, type Paths } from "./places/paths.ts";
import { namingProfile } from "./places/profile-commands.ts";
import { writeFileAtomic } from "./save/index.ts";
import type { ConfigStore } from "./store.ts";

/** What a client on this machine presents to the gateway. */
export interface LocalCredential {
  readonly token: string | undefined;
  readonly password: string | undefined;
  readonly source: "env" | "config" | "token-file" | "none";
  /** Dotted path of a credential that is a reference and has to be resolved first. */
  readonly unresolvedPath: string | undefined;
}

/** What became of a gateway without a credential. */
export interface EnsuredToken {
  /** The new token; `undefined` when there was nothing to do. */
  readonly token: string | undefined;
  readonly savedTo: "config" | "token-file" | undefined;
  /** For the person who started the gateway; never holds the token. */
  readonly message: string | undefined;
}

export interface EnsureTokenOptions {
  readonly paths: Pick<Paths, "configPath" | "credentialsDir" | "gatewayTokenPath" | "home" | "profile">;
  readonly env: Pick<Env, "gateway" | "configReadonlyBy">;
  readonly ids: Pick<Ids, "hex">;
  /** False when the config file must not be touched (`--allow-unconfigured`): the token goes to a private file. */
  readonly mayWriteConfig: boolean;
}

const TOKEN: ConfigPath = ["gateway", "auth", "token"];
const HOW_TO_SEE = "See it with: openclaw gateway auth-token --show";
const MAX_TOKEN_FILE_BYTES = 4_096;
const NOTHING: EnsuredToken = { token: undefined, savedTo: undefined, message: undefined };

/**
 * Gives the gateway a token when it needs one and has none: 48 hex digits, stored for the owner alone, in the config
 * or, where that must not be written, in `credentials/gateway-token`. Does nothing when any credential is configured
 * or the mode needs none.
 */
export async function ensureGatewayToken<Config>(
  store: ConfigStore<Config>,
  options: EnsureTokenOptions,
): Promise<EnsuredToken> {
  const { paths, env, ids } = options;
  const howToSee = namingProfile(HOW_TO_SEE, paths.profile);
  const config = store.current.resolved;
  const mode = valueAt(config, ["gateway", "auth", "mode"]);
  if (mode !== undefined && mode !== "token") return NOTHING;
  if (env.gateway.token !== undefined || hasCredential(config, "token")) return NOTHING;
  const passwordServes = env.gateway.password !== undefined || hasCredential(config, "password");
  if (mode === undefined && passwordServes) return NOTHING;
  if (options.mayWriteConfig && env.configReadonlyBy === undefined) {
    const token = ids.hex();
    try {
      const { snapshot } = await store.edit((current) => withToken(current, token));
      if (valueAt(snapshot.resolved, TOKEN) !== token) return NOTHING;
      const where = displayPath(paths.configPath, paths.home);
      return {
        token,
        savedTo: "config",
        message: `No gateway credential was configured: generated a token and stored it in ${where} (gateway.auth.token). ${howToSee}`,
      };
    } catch (cause) {
      if (!(cause instanceof ConfigError) || !FALLBACK_CODES.has(cause.code)) throw cause;
    }
  }
  const where = displayPath(paths.gatewayTokenPath, paths.home);
  const known = readTokenFile(paths);
  if (known !== undefined)
    return {
      token: known,
      savedTo: "token-file",
      message: `Gateway token: the one in ${where}. ${howToSee}`,
    };
  const token = ids.hex();
  mkdirSync(paths.credentialsDir, { recursive: true, mode: PRIVATE_DIR_MODE });
  writeFileAtomic(paths.gatewayTokenPath, `${token}\n`);
  return {
    token,
    savedTo: "token-file",
    message: `No gateway credential was configured: generated a token and stored it in ${where}. ${howToSee}`,
  };
}

/**
 * The credential for the gateway on this machine: `gateway.auth.*` when it is a reference, else the environment, the
 * config, and last the token file of a gateway that was started without a config.
 */
export function readLocalGatewayCredential(
  paths: Pick<Paths, "gatewayTokenPath">,
  resolvedConfig: unknown,
  env: Pick<Env, "gateway">,
): LocalCredential {
  const at = (key: "token" | "password") => valueAt(resolvedConfig, ["gateway", "auth", key]);
  const mode = valueAt(resolvedConfig, ["gateway", "auth", "mode"]);
  const wants = (key: "token" | "password") => mode === undefined || mode === key;
  const credential = (
    source: LocalCredential["source"],
    token: unknown,
    password: unknown,
  ): LocalCredential => ({
    token: typeof token === "string" ? token : undefined,
    password: typeof password === "string" ? password : undefined,
    source,
    unresolvedPath: undefined,
  });
  for (const key of ["token", "password"] as const) {
    if (wants(key) && isReference(at(key))) {
      return { ...credential("config", undefined, undefined), unresolvedPath: `gateway.auth.${key}` };
    }
  }
  if (env.gateway.token !== undefined || env.gateway.password !== undefined) {
    return credential("env", env.gateway.token ?? at("token"), env.gateway.password ?? at("password"));
  }
  if (hasCredential(resolvedConfig, "token") || hasCredential(resolvedConfig, "password")) {
    return credential("config", at("token"), at("password"));
  }
  const token = readTokenFile(paths);
  return token === undefined
    ? credential("none", undefined, undefined)
    : credential("token-file", token, undefined);
}

/** Refusals that mean "not into this file", not "something is wrong". */
const FALLBACK_CODES: ReadonlySet<string> = new Set([
  "read-only",
  "symlink",
  "newer-writer",
  "io",
  "include-owner",
]);

/** Under the lock another process may have been first; its token stays. */
function withToken(config: unknown, token: string): unknown {
  if (hasCredential(config, "token")) return config;
  return withValue(withValue(config, ["gateway", "auth", "mode"], "token"), TOKEN, token);
}

function hasCredential(config: unknown, key: "token" | "password"): boolean {
  const value = valueAt(config, ["gateway", "auth", key]);
  return typeof value === "string" ? value !== "" : value !== undefined && value !== null;
}

/** True for what stands in the place of a secret and names it: an object, or a string that is one variable. */
export function isReference(value: unknown): boolean {
  return typeof value === "string"
    ? wholeReference(value) !== undefined
    : typeof value === "object" && value !== null;
}

function readTokenFile(paths: Pick<Paths, "gatewayTokenPath">): string | undefined {
  if (!existsSync(paths.gatewayTokenPath)) return undefined;
  const text = readRegularFile(paths.gatewayTokenPath, MAX_TOKEN_FILE_BYTES).trim();
  return text === "" ? undefined : text;
}
