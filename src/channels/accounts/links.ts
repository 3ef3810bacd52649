import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import type { AccountLink, ChannelLinking } from "../linking.ts";

/** Which account. */
interface Named {
  readonly channel: string;
  readonly accountId: string;
}

export interface AccountLinksDeps {
  /** What links the accounts of a channel; undefined where they have a token. */
  readonly linking: (channel: string) => Promise<ChannelLinking> | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What is known of an account's link. */
export type KnownLink =
  | { readonly linked: false }
  | { readonly linked: true; readonly self: AccountLink["self"]; readonly authAgeMs?: number };

/** What the store says of the links of accounts, as it was when it was last looked. */
export class AccountLinks {
  private readonly links = new Map<string, AccountLink | undefined>();

  constructor(private readonly deps: AccountLinksDeps) {}

  /** True for a channel whose accounts are linked. */
  isFor(channel: string): boolean {
    return this.deps.linking(channel) !== undefined;
  }

  /** Looks at the store for these accounts; what cannot be read stays as it was. Never rejects. */
  async look(accounts: readonly Named[]): Promise<void> {
    await Promise.all(
      accounts.map(async ({ channel, accountId }) => {
        try {
          const linking = await this.deps.linking(channel);
          if (linking) this.links.set(keyOf(channel, accountId), await linking.link(accountId));
        } catch (error) {
          this.deps.log.warn("the link of an account could not be read", { channel, accountId, error });
        }
      }),
    );
  }

  /** Undefined for an account that is not linked by its nature, or that was not looked at yet. */
  of(channel: string, accountId: string): KnownLink | undefined {
    const key = keyOf(channel, accountId);
    if (!this.links.has(key)) return undefined;
    const link = this.links.get(key);
    if (!link) return { linked: false };
    const { self, since } = link;
    const age = since === undefined ? undefined : Math.max(0, this.deps.clock.now() - since);
    return { linked: true, self, ...(age !== undefined && { authAgeMs: age }) };
  }
}

function keyOf(channel: string, accountId: string): string {
  return `${channel}\0${accountId}`;
}
