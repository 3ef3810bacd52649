import type { Run } from "../command.ts";
import type { listFlags } from "../commands/channels.ts";
import { openConfig } from "../config/open.ts";
import { table } from "../terminal/layout.ts";
import { knownChannels } from "./known.ts";

export const run: Run<typeof listFlags> = async ({ flags, session }) => {
  const { out } = session;
  const { config, variables } = await openConfig(session).load();
  const found = (await knownChannels()).map((channel) => ({
    meta: channel.meta,
    accounts: channel.accounts(config, variables),
  }));
  const shown = found.filter(({ accounts }) => flags.all || accounts.length > 0);
  if (flags.json) {
    const rows = shown.map(({ meta, accounts }): readonly [string, unknown] => [
      meta.id,
      {
        label: meta.label,
        accounts: accounts.map(({ id }) => id),
        installed: true,
        origin: accounts.length > 0 ? "configured" : "available",
        details: accounts.map(({ id, name, enabled, configured, tokenSource, problem }) => ({
          accountId: id,
          ...(name !== undefined && { name }),
          enabled,
          configured,
          tokenSource,
          ...(problem !== undefined && { problem }),
        })),
      },
    ]);
    out.json({ chat: Object.fromEntries(rows) });
    return;
  }
  if (shown.length === 0) {
    out.line("No channel has an account.");
    out.note("Connect one: openclaw channels add telegram");
    return;
  }
  const cells = shown.flatMap(({ meta, accounts }) =>
    accounts.length === 0
      ? [[meta.label, "-", "no account", ""]]
      : accounts.map(({ id, name, enabled, configured, tokenSource, problem }) => [
          meta.label,
          name === undefined ? id : `${id} (${name})`,
          !configured ? "not configured" : enabled ? "enabled" : "disabled",
          problem ?? (tokenSource === "none" ? "" : `token from ${tokenSource}`),
        ]),
  );
  for (const line of table(["Channel", "Account", "State", "Detail"], cells)) out.line(line);
  out.note("See whether they work: openclaw channels status --probe");
};
