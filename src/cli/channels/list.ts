import type { Run } from "../command.ts";
import type { listFlags } from "../commands/chats/channels.ts";
import { table } from "../terminal/layout.ts";
import { type ConfiguredChannel, configuredChannels, stateOf } from "./configured.ts";

export const run: Run<typeof listFlags> = async ({ flags, session }) => {
  const { out } = session;
  const { channels } = await configuredChannels(session);
  const shown = channels.filter(({ accounts }) => flags.all || accounts.length > 0);
  if (flags.json) {
    out.json({ chat: Object.fromEntries(shown.map((one) => [one.channel.meta.id, jsonOf(one)])) });
    return;
  }
  if (shown.length === 0) {
    out.line("No channel has an account.");
    out.note("Connect one: openclaw channels add telegram");
    return;
  }
  const rows = shown.flatMap(({ channel: { meta }, accounts }) =>
    accounts.length === 0
      ? [[meta.label, "-", "no account", ""]]
      : accounts.map((account) => [
          meta.label,
          account.name === undefined ? account.id : `${account.id} (${account.name})`,
          stateOf(account),
          account.tokenSource === "none" ? "" : account.tokenSource,
        ]),
  );
  for (const line of table(["Channel", "Account", "State", "Credential"], rows)) out.line(line);
  for (const problem of shown.flatMap(({ accounts }) => accounts.flatMap((one) => one.problem ?? [])))
    out.warn(problem);
  out.note("See whether they work: openclaw channels status --probe");
};

function jsonOf({ channel: { meta }, accounts }: ConfiguredChannel) {
  return {
    label: meta.label,
    accounts: accounts.map(({ id }) => id),
    installed: true,
    origin: accounts.length > 0 ? "configured" : "available",
    details: accounts.map(({ id, ...account }) => ({ accountId: id, ...account })),
  };
}
