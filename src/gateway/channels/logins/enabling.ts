import { withAccount } from "../../../channels/index.ts";
import type { ConfigStore, OpenClawConfig } from "../../../config/index.ts";

/** Writes an account of which the configuration says nothing into it, switched on. @throws ConfigError */
export async function enableAccount(
  store: Pick<ConfigStore<OpenClawConfig>, "edit">,
  channel: string,
  accountId: string,
): Promise<void> {
  await store.edit((config) => withAccount(config, channel, accountId, { enabled: true }));
}
