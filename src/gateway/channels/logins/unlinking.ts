import type { AccountView, ChannelAccounts, ChannelLinking } from "../../../channels/index.ts";
import { type Clock, inTime } from "../../../lib/clock.ts";
import type { Logger } from "../../../lib/logger.ts";
import { UNLINK_PATIENCE_MS } from "./limits.ts";

export interface UnlinkDeps {
  readonly accounts: Pick<ChannelAccounts, "startAccount" | "stopAccount">;
  readonly linking: ChannelLinking;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What came of it. */
export interface Unlinked {
  /** There was a link. */
  readonly cleared: boolean;
  /** The platform heard of it, so that it no longer lists the device. */
  readonly told: boolean;
}

/**
 * Ends the link of an account: tells the platform when there is a connection to tell it by, stops that, forgets the keys. An
 * account without a link is known to wait for one. @throws StoreError
 */
export async function unlink(
  { channel, account, connection }: AccountView,
  deps: UnlinkDeps,
): Promise<Unlinked> {
  const { accounts, linking, clock, log } = deps;
  const { id } = channel.meta;
  // Once the platform was told, the connection forgets by itself.
  const wasLinked = (await linking.link(account.id)) !== undefined;
  const told = connection?.status().connected === true && (await tell(connection, clock, log));
  await accounts.stopAccount(id, account.id);
  const cleared = await linking.forget(account.id);
  await accounts.startAccount(id, account.id);
  return { cleared: cleared || wasLinked, told };
}

async function tell(
  connection: NonNullable<AccountView["connection"]>,
  clock: Clock,
  log: Logger,
): Promise<boolean> {
  if (!connection.unlink) return false;
  const said = connection.unlink().then(
    () => true,
    (error: unknown) => {
      log.warn("the platform could not be told that an account logs out", { error });
      return false;
    },
  );
  return inTime(clock, UNLINK_PATIENCE_MS, said, false);
}
