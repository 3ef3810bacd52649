import { isRecord } from "../../client/index.ts";
import { resolve } from "node:path";
import { valueAt, withValue } from "../../config/index.ts";
import type { Invocation, Run } from "../command.ts";
import type { addFlags } from "../commands/channels.ts";
import { configFailure, openConfig } from "../config/open.ts";
import { CliError } from "../errors.ts";
import { askUnseen } from "../models/secret-input.ts";
import type { Session } from "../session.ts";
import { accountId, accountPath } from "./account-path.ts";
import { channelNamed } from "./known.ts";

type Flags = Invocation<typeof addFlags>["flags"];

/** A token is one short line. */
const MAX_TOKEN_BYTES = 4_096;

/** Number of the bot, colon, secret; as @BotFather gives it. */
const TOKEN = /^\d+:\S+$/;

export const run: Run<typeof addFlags> = async ({ flags, args, session }) => {
  const { out, paths } = session;
  const { meta } = await channelNamed(args[0], flags.channel, { required: false });
  const account = accountId(flags.account);
  const credential = await credentialOf(flags, session, meta.label);
  const store = openConfig(session);
  let id = account ?? "default";
  const change = (config: unknown): unknown => {
    const path = accountPath(config, meta.id, account);
    id = path.length > 2 ? (path.at(-1)?.toString() ?? id) : "default";
    const before = valueAt(config, path);
    const { botToken: _token, tokenFile: _file, ...kept } = isRecord(before) ? before : {};
    const named = flags.name === undefined ? {} : { name: flags.name };
    return withValue(config, path, { ...kept, enabled: true, ...named, ...credential });
  };
  try {
    const { file } = await store.edit(change);
    if (flags.json) out.json({ ok: true, channel: meta.id, accountId: id, configPath: file });
    else out.line(`Added ${meta.label} account ${id}.`);
  } catch (error) {
    throw configFailure(error, { configPath: paths.configPath });
  }
  if (flags.json) return;
  out.note("A running gateway connects it by itself. See whether it works: openclaw channels status --probe");
  out.note(`Then write to the bot and let yourself in: openclaw pairing approve ${meta.id} <code>`);
};

/** Where the token is, or the token. @throws CliError */
async function credentialOf(flags: Flags, session: Session, label: string): Promise<Record<string, string>> {
  const { botToken, tokenFile, useEnv } = flags;
  const given = [botToken !== undefined, tokenFile !== undefined, useEnv].filter(Boolean).length;
  if (given > 1) throw new CliError("Give one of --token, --token-file and --use-env.");
  if (tokenFile !== undefined) return { tokenFile: resolve(tokenFile) };
  if (useEnv) {
    if (accountId(flags.account) !== undefined && flags.account !== "default") {
      throw new CliError("The variable TELEGRAM_BOT_TOKEN is for the default account.");
    }
    if (session.env.raw["TELEGRAM_BOT_TOKEN"] === undefined) {
      throw new CliError("The environment has no TELEGRAM_BOT_TOKEN.", {
        hint: "The gateway needs it in its own environment, too.",
      });
    }
    return {};
  }
  const token = (await readToken(botToken, session, label)).trim();
  if (TOKEN.test(token)) return { botToken: token };
  throw new CliError("That is no bot token.", {
    hint: "It looks like 123456789:AAF…; @BotFather shows it after /newbot and /token.",
  });
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
