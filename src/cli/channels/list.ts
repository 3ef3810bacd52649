import type { Run } from "../command.ts";
import type { listFlags } from "../commands/chats/channels.ts";
import { table } from "../terminal/layout.ts";
import { ago } from "../words.ts";
import { type ConfiguredAccount, type ConfiguredChannel, configuredChannels, stateOf } from "./configured.ts";
import { linkedChannels } from "./known.ts";
import { type StoredIdentity, storedLinks } from "./link/stored-links.ts";

export const run: Run<typeof listFlags> = async ({ flags, session }) => {
  const { out, paths, clock } = session;
  const { channels } = await configuredChannels(session);
  const links = new Links(
    (await linkedChannels()).map(({ meta }) => meta.id),
    await storedLinks(paths.dbPath),
  );
  const shown = channels.filter(({ accounts }) => flags.all || accounts.length > 0);
  if (flags.json) {
    out.json({ chat: Object.fromEntries(shown.map((one) => [one.channel.meta.id, jsonOf(one, links)])) });
    return;
  }
  if (shown.length === 0) {
    out.line("No channel has an account.");
    out.note("Connect one: openclaw channels add telegram, or openclaw channels login --channel whatsapp");
    return;
  }
  const rows = shown.flatMap(({ channel: { meta }, accounts }) =>
    accounts.length === 0
      ? [[meta.label, "-", "no account", ""]]
      : accounts.map((account) => [
          meta.label,
          account.name === undefined ? account.id : `${account.id} (${account.name})`,
          stateOf(account),
          links.words(meta.id, account, clock.now()) ?? credentialOf(account),
        ]),
  );
  for (const line of table(["Channel", "Account", "State", "Credential"], rows)) out.line(line);
  for (const problem of shown.flatMap(({ accounts }) => accounts.flatMap((one) => one.problem ?? [])))
    out.warn(problem);
  out.note("See whether they work: openclaw channels status --probe");
};

/** The links there are, beside the channels that have links and no tokens. */
class Links {
  constructor(
    private readonly channels: readonly string[],
    private readonly all: readonly StoredIdentity[],
  ) {}

  /** Undefined for an account that has a token. */
  facts(channel: string, { id }: ConfiguredAccount) {
    if (!this.channels.includes(channel)) return undefined;
    const link = this.all.find((one) => one.channel === channel && one.accountId === id);
    if (!link) return { linked: false };
    const self = { id: link.self, ...(link.name !== undefined && { name: link.name }) };
    return { linked: true, self, linkedAt: link.since };
  }

  words(channel: string, account: ConfiguredAccount, now: number): string | undefined {
    const facts = this.facts(channel, account);
    if (!facts?.self) return facts && "not linked";
    return `linked as ${facts.self.id}, ${ago(facts.linkedAt, now)}`;
  }
}

function credentialOf({ tokenSource }: ConfiguredAccount): string {
  return tokenSource === "none" ? "" : tokenSource;
}

function jsonOf({ channel: { meta }, accounts }: ConfiguredChannel, links: Links) {
  return {
    label: meta.label,
    accounts: accounts.map(({ id }) => id),
    installed: true,
    origin: accounts.length > 0 ? "configured" : "available",
    details: accounts.map((account) => {
      const { id, ...rest } = account;
      return { accountId: id, ...rest, ...links.facts(meta.id, account) };
    }),
  };
}
