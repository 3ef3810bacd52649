import { isRecord } from "../../client/index.ts";
import { type ConfigPath, DEFAULT_ACCOUNT, valueAt } from "../../config/index.ts";
import { CliError } from "../errors.ts";

/** The named account. @throws CliError for what can be none */
export function accountId(named: string | undefined): string | undefined {
  const id = named?.trim();
  if (id === undefined || /^[a-z0-9][a-z0-9_-]{0,63}$/i.test(id)) return id;
  throw new CliError(`"${id}" is no account id.`, {
    hint: 'Ids have letters, digits, "_" and "-", at most 64 of them.',
  });
}

/** The account that is meant when none is named: the channel's `defaultAccount`, else `default`. */
export function defaultAccount(config: unknown, channel: string): string {
  const section = valueAt(config, ["channels", channel]);
  const named = isRecord(section) ? section.defaultAccount : undefined;
  return typeof named === "string" && named.trim() !== "" ? named.trim() : DEFAULT_ACCOUNT;
}

/** Where the settings of an account are, or belong. */
export function accountPath(config: unknown, channel: string, account: string): ConfigPath {
  const section = ["channels", channel];
  const own = [...section, "accounts", account];
  return account === DEFAULT_ACCOUNT && valueAt(config, own) === undefined ? section : own;
}
