import { isRecord } from "../../client/index.ts";
import { type ConfigPath, valueAt, withoutValue, withValue } from "../../config/index.ts";
import type { Run } from "../command.ts";
import type { removeFlags } from "../commands/chats/channels.ts";
import { configFailure, openConfig } from "../config/open.ts";
import { CliError, EXIT_FAILURE } from "../errors.ts";
import { accountId, accountPath } from "./account-path.ts";
import { channelNamed, linkedChannels } from "./known.ts";
import { forgetLink } from "./link/forget-link.ts";

export const run: Run<typeof removeFlags> = async ({ flags, args, session }) => {
  const { out, paths, confirm } = session;
  const channel = await channelNamed(args[0], flags.channel);
  const { label, id: channelId } = channel.meta;
  const wanted = accountId(flags.account);
  const store = openConfig(session);
  const { config, variables } = await store.load();
  const found = channel.accounts(config, variables).find(({ id }) => wanted === undefined || id === wanted);
  if (!found) {
    throw new CliError(`${label} has no account${wanted === undefined ? "" : ` ${wanted}`}.`, {
      hint: "See the accounts: openclaw channels list",
    });
  }
  const { id } = found;
  if (!flags.delete && confirm !== undefined && !(await confirm(`Switch ${label} account ${id} off?`))) {
    out.note("Nothing was changed.");
    return EXIT_FAILURE;
  }
  const isLinked = (await linkedChannels()).some(({ meta }) => meta.id === channelId);
  // While the account is known: afterwards nobody could unlink it.
  const forgotten = flags.delete && isLinked ? await forgetLink(session, channelId, id) : undefined;
  try {
    await store.edit((before) =>
      flags.delete
        ? withoutAccount(before, accountPath(before, channelId, id))
        : withValue(before, [...switchPath(before, channelId, id), "enabled"], false),
    );
  } catch (error) {
    throw configFailure(error, { configPath: paths.configPath });
  }
  if (flags.json) {
    out.json({
      ok: true,
      channel: channelId,
      accountId: id,
      deleted: flags.delete,
      ...(forgotten && { unlinked: forgotten.cleared }),
    });
    return undefined;
  }
  out.line(`${flags.delete ? "Removed" : "Switched off"} ${label} account ${id}.`);
  if (!flags.delete) {
    const at = switchPath(config, channelId, id).join(".");
    out.note(`Switch it on again: openclaw config set ${at}.enabled true`);
  } else if (forgotten?.cleared === true && !forgotten.told) {
    out.warn(`${label} was not told: the phone goes on listing this device until it is removed there.`);
  } else if (found.tokenSource === "env") {
    out.warn("The environment still gives it a token: unset TELEGRAM_BOT_TOKEN where the gateway starts.");
  }
  return undefined;
};

/** Where an account is switched off so that the others of its channel stay on. */
function switchPath(config: unknown, channelId: string, id: string): ConfigPath {
  const path = accountPath(config, channelId, id);
  const hasOthers = path.length === 2 && valueAt(config, [...path, "accounts"]) !== undefined;
  return hasOthers ? [...path, "accounts", id] : path;
}

function withoutAccount(before: unknown, path: ConfigPath): unknown {
  const isSection = path.length === 2;
  if (!isSection || valueAt(before, [...path, "accounts"]) === undefined) return pruned(before, path);
  // What the section says holds for the other accounts, too; its own credential goes.
  return ["botToken", "tokenFile", "name"].reduce(
    (config, key) => withoutValue(config, [...path, key]) ?? config,
    before,
  );
}

/** Without a value, and without the sections that held nothing else. */
function pruned(before: unknown, path: ConfigPath): unknown {
  const without = withoutValue(before, path) ?? before;
  const above = path.slice(0, -1);
  const left = valueAt(without, above);
  const isEmpty = above.length > 0 && isRecord(left) && Object.keys(left).length === 0;
  return isEmpty ? pruned(without, above) : without;
}
