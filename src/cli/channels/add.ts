import { resolve } from "node:path";
import { isRecord } from "../../client/index.ts";
import { DEFAULT_ACCOUNT, valueAt, withValue } from "../../config/index.ts";
import type { Invocation, Run } from "../command.ts";
import type { addFlags } from "../commands/chats/channels.ts";
import { configFailure, openConfig } from "../config/open.ts";
import { CliError } from "../errors.ts";
import { askUnseen } from "../models/secret-input.ts";
import type { Session } from "../session.ts";
import { accountId, accountPath, defaultAccount } from "./account-path.ts";
import { configuredChannels } from "./configured.ts";
import { type KnownChannel, linkedChannels } from "./known.ts";
import { addLinked } from "./link/add-linked.ts";
import { channelWithToken } from "./meant.ts";

type Flags = Invocation<typeof addFlags>["flags"];

/** A token is one short line. */
const MAX_TOKEN_BYTES = 4_096;

/** Number of the bot, colon, secret; as @BotFather gives it. */
const TOKEN = /^\d{3,20}:[A-Za-z0-9_-]{8,256}$/;

export const run: Run<typeof addFlags> = async ({ flags, args, session }) => {
  const { out, paths } = session;
  const { meta } = await channelWithToken(args[0], flags.channel);
  const { config: before, channels } = await configuredChannels(session);
  const id = accountId(flags.account) ?? defaultAccount(before, meta.id);
  const known = channels.find(({ channel }) => channel.meta.id === meta.id)?.accounts;
  const isKnown = known?.some((account) => account.id === id && account.tokenSource !== "none") === true;
  if ((await linkedChannels()).some((channel) => channel.meta.id === meta.id)) {
    const isConfigured = known?.some((account) => account.id === id) === true;
    return addLinked(flags, session, { meta, id, isKnown: isConfigured });
  }
  if (flags.authDir !== undefined) {
    throw new CliError(`Accounts of ${meta.label} have a token and no folder of a link.`, {
      hint: `Add it with its token: openclaw channels add ${meta.id}`,
    });
  }
  const credential = await credentialOf(flags, session, { meta, id, isKnown });
  const store = openConfig(session);
  try {
    await store.edit((config) => added(config, accountPath(config, meta.id, id), flags.name, credential));
  } catch (error) {
    throw configFailure(error, { configPath: paths.configPath });
  }
  const problem = await problemOf(session, meta.id, id);
  const verb = isKnown ? "Changed" : "Added";
  if (flags.json) {
    const { configPath } = paths;
    out.json({
      ok: true,
      channel: meta.id,
      accountId: id,
      configPath,
      ...(problem !== undefined && { problem }),
    });
    return;
  }
  out.line(`${verb} ${meta.label} account ${id}.`);
  if (flags.token !== undefined && flags.token !== "-") {
    out.warn(
      "The token stood on the command line, where others on this machine and the shell's history see it.",
    );
    out.note(`Next time let it be asked for: openclaw channels add ${meta.id}`);
  }
  if (problem !== undefined) out.warn(problem);
  out.note("A running gateway connects it by itself. See whether it works: openclaw channels status --probe");
  if (!isKnown)
    out.note(`Then write to the bot and let yourself in: openclaw pairing approve ${meta.id} <code>`);
};

/** The configuration with the account switched on, and its credential in place of what it had. */
function added(
  config: unknown,
  path: ReturnType<typeof accountPath>,
  name: string | undefined,
  credential: Readonly<Record<string, string>> | undefined,
): unknown {
  const found = valueAt(config, path);
  const all = isRecord(found) ? found : {};
  const { botToken: _token, tokenFile: _file, ...others } = all;
  return withValue(config, path, {
    ...(credential === undefined ? all : others),
    enabled: true,
    ...(name !== undefined && { name }),
    ...credential,
  });
}

/** What keeps the account from starting all the same. */
async function problemOf(session: Session, channelId: string, id: string): Promise<string | undefined> {
  const { channels } = await configuredChannels(session);
  const accounts = channels.find(({ channel }) => channel.meta.id === channelId)?.accounts ?? [];
  const account = accounts.find((one) => one.id === id);
  if (account?.enabled === false) {
    return `channels.${channelId}.enabled is false, so that none of its accounts starts. Switch it on: openclaw config set channels.${channelId}.enabled true`;
  }
  return account?.problem;
}

/** Where the token is, or the token; undefined when the account keeps the one it has. @throws CliError */
async function credentialOf(
  { token, tokenFile, useEnv, name }: Flags,
  session: Session,
  account: { readonly meta: KnownChannel["meta"]; readonly id: string; readonly isKnown: boolean },
): Promise<Record<string, string> | undefined> {
  const given = [token !== undefined, tokenFile !== undefined, useEnv].filter(Boolean).length;
  if (given > 1) {
    throw new CliError("The token is named in more than one way.", {
      hint: "Give one of --token, --token-file and --use-env.",
    });
  }
  if (tokenFile !== undefined) return { tokenFile: resolve(tokenFile) };
  if (useEnv) return fromEnvironment(session, account.id);
  if (given === 0 && name !== undefined && account.isKnown) return undefined;
  const text = (await readToken(token, session, account.meta.label)).trim();
  if (TOKEN.test(text)) return { botToken: text };
  throw new CliError("That is no bot token.", {
    hint: "It looks like 123456789:AAF…; @BotFather shows it after /newbot and /token.",
  });
}

function fromEnvironment({ env }: Session, id: string): Record<string, string> {
  if (id !== DEFAULT_ACCOUNT) {
    throw new CliError("TELEGRAM_BOT_TOKEN is for the default account.", {
      hint: "Give other accounts a token of their own: --token - or --token-file",
    });
  }
  if ((env.raw["TELEGRAM_BOT_TOKEN"] ?? "").trim() === "") {
    throw new CliError("The environment has no TELEGRAM_BOT_TOKEN.", {
      hint: "Set it here and where the gateway starts, then run the command again.",
    });
  }
  return {};
}

async function readToken(given: string | undefined, session: Session, label: string): Promise<string> {
  if (given === "-") return session.readInput(MAX_TOKEN_BYTES);
  if (given !== undefined) return given;
  if (session.confirm === undefined) {
    throw new CliError("There is no token, and nobody is at the terminal to type one.", {
      hint: "Pipe it in with --token -, or name a file with --token-file.",
    });
  }
  return askUnseen(`${label} bot token (from @BotFather, not shown): `);
}
