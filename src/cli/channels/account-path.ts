import { isRecord } from "../../client/index.ts";
import { type ConfigPath, valueAt } from "../../config/index.ts";
import { CliError } from "../errors.ts";

/** The account whose settings stand at the top of a channel's section. */
const DEFAULT_ACCOUNT = "default";

/** The named account; a blank name is a variable that was never set. @throws CliError */
export function accountId(named: string | undefined): string | undefined {
  const id = named?.trim();
  if (id === undefined || /^[a-z0-9][a-z0-9_-]{0,63}$/i.test(id)) return id;
  throw new CliError(`"${id}" is no account id: letters, digits, "_" and "-", at most 64.`);
}

/** Where the settings of an account are, or belong. */
export function accountPath(config: unknown, channel: string, account: string | undefined): ConfigPath {
  const section = ["channels", channel];
  const written = valueAt(config, section);
  const named =
    isRecord(written) && typeof written.defaultAccount === "string" ? written.defaultAccount : undefined;
  const id = account ?? named ?? DEFAULT_ACCOUNT;
  const own = valueAt(config, [...section, "accounts", id]);
  return id === DEFAULT_ACCOUNT && own === undefined ? section : [...section, "accounts", id];
}
