import { isRecord } from "../../client/index.ts";
import { valueAt } from "../../config/index.ts";
import { openConfig } from "../config/open.ts";
import type { Session } from "../session.ts";
import { type KnownChannel, knownChannels } from "./known.ts";

type Account = ReturnType<KnownChannel["accounts"]>[number];

/** An account as the configuration file has it. */
export interface ConfiguredAccount extends Pick<
  Account,
  "id" | "name" | "enabled" | "configured" | "tokenSource" | "problem"
> {}

/** A channel with its accounts as configured. */
export interface ConfiguredChannel {
  readonly channel: KnownChannel;
  readonly accounts: readonly ConfiguredAccount[];
}

/** What the configuration says of every channel; secrets are referred to, not read. @throws CliError */
export async function configuredChannels(session: Session) {
  const { config, variables } = await openConfig(session).load();
  const channels = (await knownChannels()).map((channel): ConfiguredChannel => ({
    channel,
    accounts: channel.accounts(config, variables).map((account) => withReference(config, account)),
  }));
  return { config, channels };
}

/** An account as the file has it; whether a secret that is referred to can be had is for the gateway to find out. */
export function withReference(config: unknown, account: Account): ConfiguredAccount {
  const { id, name, enabled, configured, tokenSource, problem } = account;
  const token = "botToken" in account.settings ? account.settings.botToken : undefined;
  const isReference = isRecord(token) && valueAt(config, ["channels", account.channel]) !== undefined;
  const plain = { id, enabled, ...(name !== undefined && { name }) };
  if (isReference) return { ...plain, configured: true, tokenSource: "secret reference" };
  return { ...plain, configured, tokenSource, ...(problem !== undefined && { problem }) };
}

/** `enabled`, `disabled`, or that it lacks something. */
export function stateOf({ configured, enabled }: ConfiguredAccount): string {
  if (!configured) return "not configured";
  return enabled ? "enabled" : "disabled";
}
