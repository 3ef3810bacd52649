import { type ConfigStore, type OpenClawConfig, valueAt, withValue } from "../../../config/index.ts";

/** The account whose settings stand at the top of a channel's section. */
export const DEFAULT_ACCOUNT = "default";

/**
 * Writes an account of which the configuration says nothing into it, switched on; what is said already stays.
 * @throws ConfigError
 */
export async function enableAccount(
  store: Pick<ConfigStore<OpenClawConfig>, "edit">,
  channel: string,
  accountId: string,
): Promise<void> {
  const section = ["channels", channel];
  await store.edit((config) => {
    const isAlone = valueAt(config, [...section, "accounts"]) === undefined;
    const path = accountId === DEFAULT_ACCOUNT && isAlone ? section : [...section, "accounts", accountId];
    const at = [...path, "enabled"];
    return valueAt(config, at) === undefined ? withValue(config, at, true) : config;
  });
}
