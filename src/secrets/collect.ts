import {
  type ConfigPath,
  formatPath,
  isObject,
  type IsSensitive,
  looksSecret,
  valueAt,
  wholeReference,
} from "../config/index.ts";
import { SecretFailure } from "./errors.ts";
import { isRefShaped, readRef, type SecretRef } from "./ref.ts";

/** A place in the config that refers to a secret. */
export interface SecretSite {
  readonly path: ConfigPath;
  /** The reference, or why it is none. */
  readonly ref: SecretRef | SecretFailure;
  /** What stops working without it, for example `channels.telegram`. */
  readonly owner: string;
  /** The gateway does not start without it. */
  readonly strict: boolean;
  /** False where the feature is off or another credential is used; then it is not resolved. */
  readonly active: boolean;
}

/** Finds every reference in a config. References inside `secrets` itself are none: providers are not resolved. */
export function collectSecrets(config: unknown, sensitive: IsSensitive): SecretSite[] {
  const sites: SecretSite[] = [];
  const defaults = valueAt(config, ["secrets", "defaults", "env"]);
  const envProvider = typeof defaults === "string" ? defaults : "default";
  const visit = (value: unknown, path: ConfigPath): void => {
    if (path[0] === "secrets" || path[0] === "meta") return;
    const ref = refAt(value, path, envProvider, sensitive);
    if (ref !== undefined) {
      sites.push({ path, ref, owner: ownerOf(path), strict: isStrict(path), active: isActive(config, path) });
    } else if (Array.isArray(value)) {
      value.forEach((item, index) => visit(item, [...path, index]));
    } else if (isObject(value)) {
      for (const [key, item] of Object.entries(value)) visit(item, [...path, key]);
    }
  };
  visit(config, []);
  return sites;
}

function refAt(
  value: unknown,
  path: ConfigPath,
  envProvider: string,
  sensitive: IsSensitive,
): SecretRef | SecretFailure | undefined {
  const isSecretField = () => {
    const key = path.at(-1);
    return sensitive(path) || (typeof key === "string" && looksSecret(key));
  };
  if (typeof value === "string") {
    const name = wholeReference(value);
    return name === undefined || !isSecretField()
      ? undefined
      : { source: "env", provider: envProvider, id: name };
  }
  if (!isRefShaped(value) || !(typeof value["provider"] === "string" || isSecretField())) return undefined;
  const ref = readRef(value);
  return typeof ref === "string" ? new SecretFailure("INVALID_REF", ref) : ref;
}

/** The gateway's own front door: without its secret nothing may be let in, so nothing starts. */
function isStrict(path: ConfigPath): boolean {
  return path[0] === "gateway" && path[1] === "auth";
}

/** The smallest part that can be switched off by itself. */
function ownerOf(path: ConfigPath): string {
  const [first, second, third, fourth] = path;
  const account = first === "channels" && third === "accounts" && fourth !== undefined;
  if (
    account ||
    (first === "models" && second === "providers") ||
    (first === "plugins" && second === "entries")
  ) {
    return formatPath(path.slice(0, account ? 4 : 3));
  }
  return formatPath(second === undefined || path.length < 3 ? path.slice(0, 1) : path.slice(0, 2));
}

function isActive(config: unknown, path: ConfigPath): boolean {
  for (let depth = 1; depth < path.length; depth++) {
    const section = valueAt(config, path.slice(0, depth));
    if (isObject(section) && section["enabled"] === false) return false;
  }
  if (path[0] !== "gateway") return true;
  const at = (...keys: string[]) => valueAt(config, ["gateway", ...keys]);
  const mode = at("auth", "mode");
  if (path[1] === "auth" && path[2] === "token") return mode === undefined || mode === "token";
  if (path[1] === "auth" && path[2] === "password") {
    return mode === "password" || (mode === undefined && at("auth", "token") === undefined);
  }
  if (path[1] === "remote") return at("mode") === "remote" || at("remote", "url") !== undefined;
  return true;
}
