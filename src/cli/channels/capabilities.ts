import type { Run } from "../command.ts";
import type { capabilitiesFlags } from "../commands/chats/channels.ts";
import { openConfig } from "../config/open.ts";
import { CliError } from "../errors.ts";
import { definitions } from "../terminal/layout.ts";
import { accountId } from "./account-path.ts";
import { channelNamed, type KnownChannel, knownChannels } from "./known.ts";

/** What an account of a channel, or a channel without one, can do. */
interface Report {
  readonly channel: KnownChannel;
  readonly account: ReturnType<KnownChannel["accounts"]>[number] | undefined;
  readonly actions: readonly string[];
}

export const run: Run<typeof capabilitiesFlags> = async ({ flags, args, session }) => {
  const { out } = session;
  const named = args[0] ?? flags.channel;
  const wanted = accountId(flags.account);
  if (wanted !== undefined && named === undefined) {
    throw new CliError("--account needs the channel it belongs to.", {
      hint: "For example: openclaw channels capabilities telegram --account work",
    });
  }
  const channels = named === undefined ? await knownChannels() : [await channelNamed(args[0], flags.channel)];
  const { config, variables } = await openConfig(session).load();
  const { supportedActions } = await import("../../channels/index.ts");
  const reports = channels.flatMap((channel): Report[] => {
    const accounts = channel
      .accounts(config, variables)
      .filter(({ id }) => wanted === undefined || id === wanted);
    if (accounts.length > 0) {
      return accounts.map((account) => ({ channel, account, actions: supportedActions(channel, account) }));
    }
    if (wanted === undefined) return [{ channel, account: undefined, actions: supportedActions(channel) }];
    throw new CliError(`${channel.meta.label} has no account ${wanted}.`, {
      hint: "See the accounts: openclaw channels list",
    });
  });
  if (flags.json) {
    out.json({ channels: reports.map(jsonOf) });
    return;
  }
  for (const [index, { channel, account, actions }] of reports.entries()) {
    if (index > 0) out.line();
    out.line(out.style.bold(`${channel.meta.label}${account === undefined ? "" : ` ${account.id}`}`));
    const rows = Object.entries(channel.capabilities).map(([name, value]): readonly [string, string] => [
      wordsOf(name),
      saidOf(value),
    ]);
    for (const line of definitions([...rows, ["actions", actions.join(", ")]])) out.line(line);
  }
};

function jsonOf({ channel, account, actions }: Report) {
  return {
    channel: channel.meta.id,
    label: channel.meta.label,
    ...(account && { accountId: account.id, enabled: account.enabled, configured: account.configured }),
    support: channel.capabilities,
    actions,
  };
}

function saidOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(", ");
  return value === true ? "yes" : "no";
}

/** `nativeCommands` as people write it. */
function wordsOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
