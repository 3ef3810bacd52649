import { resolve } from "node:path";
import { accountOption } from "../../../config/index.ts";
import type { Invocation } from "../../command.ts";
import type { addFlags } from "../../commands/chats/channels.ts";
import { configFailure, openConfig } from "../../config/open.ts";
import { CliError } from "../../errors.ts";
import type { Session } from "../../session.ts";
import type { KnownChannel } from "../known.ts";
import { storedLinks } from "./stored-links.ts";

type Flags = Invocation<typeof addFlags>["flags"];

/** Adds an account that is linked by a login, or changes what the configuration says of it. @throws CliError */
export async function addLinked(
  flags: Flags,
  session: Session,
  account: { readonly meta: KnownChannel["meta"]; readonly id: string; readonly isKnown: boolean },
): Promise<void> {
  const { out, paths } = session;
  const { meta, id, isKnown } = account;
  if (flags.token !== undefined || flags.tokenFile !== undefined || flags.useEnv) {
    throw new CliError(`Accounts of ${meta.label} have no token: a phone is linked by a code.`, {
      hint: `Add the account, then link it: openclaw channels login --channel ${meta.id}`,
    });
  }
  const { withAccount } = await import("../../../channels/index.ts");
  const values = {
    enabled: true,
    ...(flags.name !== undefined && { name: flags.name }),
    ...(flags.authDir !== undefined && { authDir: resolve(flags.authDir) }),
  };
  try {
    await openConfig(session).edit((config) => withAccount(config, meta.id, id, values));
  } catch (error) {
    throw configFailure(error, { configPath: paths.configPath });
  }
  const links = await storedLinks(paths.dbPath);
  const linked = links.some(({ channel, accountId }) => channel === meta.id && accountId === id);
  if (flags.json) {
    out.json({ ok: true, channel: meta.id, accountId: id, configPath: paths.configPath, linked });
    return;
  }
  out.line(`${isKnown ? "Changed" : "Added"} ${meta.label} account ${id}.`);
  if (!linked)
    out.note(`Link it to a phone: openclaw channels login --channel ${meta.id}${accountOption(id)}`);
}
