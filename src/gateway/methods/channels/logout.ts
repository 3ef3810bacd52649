import type { AccountView, ChannelAccounts } from "../../../channels/index.ts";
import {
  type ConfigStore,
  DEFAULT_ACCOUNT,
  type OpenClawConfig,
  valueAt,
  withoutValue,
} from "../../../config/index.ts";
import type { Unlinked } from "../../channels/logins/unlinking.ts";
import { attempt } from "../config.ts";

export interface LogoutDeps {
  readonly config: Pick<ConfigStore<OpenClawConfig>, "edit">;
  readonly accounts: Pick<ChannelAccounts, "retireAccount">;
  /** Keys of an account's section that hold its credential. */
  readonly credentials: (channel: string) => readonly string[];
  /** Ends the link of an account; undefined where accounts have a token. @throws StoreError */
  readonly unlink: (view: AccountView) => Promise<Unlinked> | undefined;
}

/** What came of it. */
export interface LoggedOut {
  /** A credential was removed. */
  readonly cleared: boolean;
  /** None is left. */
  readonly loggedOut: boolean;
  /** The environment still gives one. */
  readonly envToken: boolean;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Takes the credential or the link of an account away and stops it. @throws ProtocolError when the configuration cannot be written */
export async function logout(view: AccountView, deps: LogoutDeps): Promise<LoggedOut> {
  const { channel, account } = view;
  const { id } = channel.meta;
  const unlinked = await deps.unlink(view);
  if (unlinked) {
    const { cleared, told } = unlinked;
    return { cleared, loggedOut: true, envToken: false, details: { told } };
  }
  const sections = [
    ["channels", id, "accounts", account.id],
    ...(account.id === DEFAULT_ACCOUNT ? [["channels", id]] : []),
  ];
  const keys = sections.flatMap((section) => deps.credentials(id).map((key) => [...section, key]));
  const { changed, snapshot } = await attempt(
    deps.config.edit((config) =>
      keys.reduce<unknown>(
        (current, key) =>
          valueAt(current, key) === undefined ? current : (withoutValue(current, key) ?? current),
        config,
      ),
    ),
  );
  const left = channel
    .accounts(snapshot.config, snapshot.variables)
    .find((one) => one.id === account.id && one.configured);
  if (!left) await deps.accounts.retireAccount(id, account.id, "logged out");
  return { cleared: changed, loggedOut: left === undefined, envToken: left?.tokenSource === "env" };
}
