import type { Channel, ChannelAccount, ChannelMeta } from "../channel.ts";
import { accessSettings } from "./settings.ts";

/** An account strangers may ask to be let in to. */
export interface PairingAccount {
  readonly meta: ChannelMeta;
  readonly accountId: string;
  readonly name?: string;
}

/** The configured accounts whose direct messages are for people who were paired. */
export function pairingAccounts(
  accounts: Iterable<{ readonly channel: Pick<Channel, "meta">; readonly account: ChannelAccount }>,
): PairingAccount[] {
  return [...accounts]
    .filter(({ account }) => account.configured && pairs(account))
    .map(({ channel, account: { id, name } }) => ({
      meta: channel.meta,
      accountId: id,
      ...(name !== undefined && { name }),
    }));
}

function pairs({ settings }: ChannelAccount): boolean {
  return (accessSettings(settings).dmPolicy ?? "pairing") === "pairing";
}
