import type { OpenClawConfig } from "../../config/index.ts";
import { accountFindings, commonFindings } from "../access/index.ts";
import type { ConfigFinding } from "../config-finding.ts";
import { readBindings } from "../routing/index.ts";
import type { Channel, ChannelAccount } from "../channel.ts";

/** A finding with the account it is shown with. */
export interface PlacedFinding extends ConfigFinding {
  readonly channel: string;
  readonly accountId: string;
}

/** An account with its channel as it describes itself. */
interface Described {
  readonly channel: Pick<Channel, "meta" | "senderId">;
  readonly account: ChannelAccount;
}

/** What of the settings of accounts, of what holds for all of them and of the bindings does not do what it says. */
export function configFindings(
  accounts: readonly Described[],
  config: OpenClawConfig,
  hasAgent: (agentId: string) => boolean,
): readonly PlacedFinding[] {
  const [first] = accounts;
  if (!first) return [];
  const channels = [...new Set(accounts.map(({ channel }) => channel))];
  const placed = ({ channel, account }: Described, findings: readonly ConfigFinding[]): PlacedFinding[] =>
    findings.map((finding) => ({ ...finding, channel: channel.meta.id, accountId: account.id }));
  return [
    ...accounts.flatMap((view) => placed(view, accountFindings(view.account, view.channel, config))),
    ...placed(first, commonFindings(channels, config)),
    ...placed(first, readBindings(config, hasAgent).findings),
  ];
}
