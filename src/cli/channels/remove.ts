import { valueAt, withoutValue, withValue } from "../../config/index.ts";
import type { Run } from "../command.ts";
import type { removeFlags } from "../commands/channels.ts";
import { configFailure, openConfig } from "../config/open.ts";
import { CliError, EXIT_FAILURE } from "../errors.ts";
import { accountId, accountPath } from "./account-path.ts";
import { channelNamed } from "./known.ts";

export const run: Run<typeof removeFlags> = async ({ flags, args, session }) => {
  const { out, paths, confirm } = session;
  const channel = await channelNamed(args[0], flags.channel);
  const { label, id: channelId } = channel.meta;
  const account = accountId(flags.account);
  const store = openConfig(session);
  const { config, variables } = await store.load();
  const accounts = channel.accounts(config, variables);
  const found = accounts.find(({ id }) => account === undefined || id === account);
  if (!found) {
    throw new CliError(`${label} has no account${account === undefined ? "" : ` ${account}`}.`, {
      hint: "See the accounts: openclaw channels list",
    });
  }
  const question = `Switch ${label} account ${found.id} off?`;
  if (!flags.delete && confirm !== undefined && !(await confirm(question))) {
    out.note("Nothing was changed.");
    return EXIT_FAILURE;
  }
  const change = (before: unknown): unknown => {
    const path = accountPath(before, channelId, account);
    if (!flags.delete) return withValue(before, [...path, "enabled"], false);
    // Other accounts are inside the section of the default one and stay.
    const others = path.length === 2 ? valueAt(before, [...path, "accounts"]) : undefined;
    if (others !== undefined) return withValue(before, path, { accounts: others });
    return withoutValue(before, path) ?? before;
  };
  try {
    await store.edit(change);
  } catch (error) {
    throw configFailure(error, { configPath: paths.configPath });
  }
  if (flags.json) {
    out.json({ ok: true, channel: channelId, accountId: found.id, deleted: flags.delete });
    return undefined;
  }
  out.line(`${flags.delete ? "Removed" : "Switched off"} ${label} account ${found.id}.`);
  if (found.tokenSource === "env" && flags.delete) {
    out.note("The environment still gives it a token: unset TELEGRAM_BOT_TOKEN where the gateway starts.");
  }
  if (!flags.delete) {
    const at = channelPath(channelId, account);
    out.note(`Switch it on again: openclaw config set ${at}.enabled true`);
  }
  return undefined;
};

function channelPath(channelId: string, account: string | undefined): string {
  return account === undefined || account === "default"
    ? `channels.${channelId}`
    : `channels.${channelId}.accounts.${account}`;
}
