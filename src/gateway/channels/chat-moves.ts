import {
  type ConfigStore,
  type OpenClawConfig,
  valueAt,
  withoutValue,
  withValue,
} from "../../config/index.ts";

/** A group that has another id from now on. */
export interface ChatMove {
  readonly channel: string;
  readonly accountId: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Gives the settings of a group to the id it has now, wherever the account finds them; nothing is written when there are
 * none, or the new id has its own. @throws ConfigError
 */
export async function moveChatSettings(
  store: Pick<ConfigStore<OpenClawConfig>, "edit">,
  { channel, accountId, from, to }: ChatMove,
): Promise<void> {
  const sections = [
    ["channels", channel, "groups"],
    ["channels", channel, "accounts", accountId, "groups"],
  ];
  await store.edit((config) =>
    sections.reduce<unknown>((current, section) => {
      const settings = valueAt(current, [...section, from]);
      if (settings === undefined || valueAt(current, [...section, to]) !== undefined) return current;
      return withoutValue(withValue(current, [...section, to], settings), [...section, from]) ?? current;
    }, config),
  );
}
