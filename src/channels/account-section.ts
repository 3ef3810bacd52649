import { DEFAULT_ACCOUNT, isObject, valueAt, withValue } from "../config/index.ts";

/** Keys that only a named account has. */
const OWN_KEYS = ["authDir"];

/**
 * The configuration with `values` for an account of a channel whose accounts have no token, wherever they belong. What it said
 * before goes on to hold unless `values` says otherwise, and no account is lost by naming another one.
 */
export function withAccount(
  config: unknown,
  channel: string,
  accountId: string,
  values: Readonly<Record<string, unknown>>,
): unknown {
  const section = ["channels", channel];
  const isAlone = valueAt(config, [...section, "accounts"]) === undefined;
  const isPlain = !OWN_KEYS.some((key) => key in values);
  const isDefault = accountId === DEFAULT_ACCOUNT;
  const path = isDefault && isAlone && isPlain ? section : [...section, "accounts", accountId];
  // A section that names accounts has no others: the one it was until now is named, too.
  const isSecond = !isDefault && isAlone && valueAt(config, section) !== undefined;
  const named = isSecond ? withValue(config, [...section, "accounts", DEFAULT_ACCOUNT], {}) : config;
  const found = valueAt(named, path);
  return withValue(named, path, { ...(isObject(found) ? found : {}), ...values });
}
