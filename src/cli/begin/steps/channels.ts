import { isObject, valueAt, withValue } from "../../../config/index.ts";
import { Egress, proxyFromEnv } from "../../../lib/egress/index.ts";
import { randomIds } from "../../../lib/ids.ts";
import { accountPath, defaultAccount } from "../../channels/account-path.ts";
import { configuredChannels } from "../../channels/configured.ts";
import type { KnownChannel } from "../../channels/known.ts";
import { configFailure, openConfig } from "../../config/open.ts";
import type { Session } from "../../session.ts";
import { editConfig } from "../edit.ts";
import type { Interview } from "../interview.ts";
import { CHANNEL_TRIAL_MS } from "../limits.ts";
import { chooseWhatsapp } from "./link-phone.ts";

const TELEGRAM = "telegram";

/** Number of the bot, colon, secret; as @BotFather gives it. */
const TOKEN = /^\d{3,20}:[A-Za-z0-9_-]{8,256}$/;

/**
 * Asks which chats to connect; a token is shown to its platform before it is written. True when a phone is to be linked, which
 * takes a gateway that runs. @throws CliError
 */
export async function askChannels(session: Session, interview: Interview): Promise<boolean> {
  const { prompts } = interview;
  const { channels } = await configuredChannels(session);
  const telegram = channels.find(({ channel }) => channel.meta.id === TELEGRAM);
  if (telegram?.channel.whoIs === undefined) return false;
  const connected = telegram.accounts.filter((account) => account.configured);
  const wanted = await interview.select<"telegram" | "whatsapp" | "none">(
    "channels.which",
    connected.length === 0
      ? "Connect a chat, so that you can write to your agent from your phone?"
      : `Telegram is connected (${connected.map(({ id }) => id).join(", ")}). Connect another chat, or give it another token?`,
    [
      { value: "none", label: connected.length === 0 ? "Not now" : "No" },
      { value: "telegram", label: "Telegram", hint: "takes the token of a bot" },
      { value: "whatsapp", label: "WhatsApp", hint: "a phone scans a code" },
    ],
  );
  if (wanted === "none") return false;
  if (wanted === "whatsapp") {
    await chooseWhatsapp(session, interview);
    return true;
  }
  if (connected.length === 0)
    await prompts.note(
      "In Telegram, write to @BotFather: /newbot. It asks for a name and gives you a token.",
      "A bot of your own",
    );
  await askToken(session, interview, telegram.channel);
  return false;
}

async function askToken(session: Session, interview: Interview, channel: KnownChannel): Promise<void> {
  const { prompts } = interview;
  for (;;) {
    const token = await interview.secret({
      question: "Token of the bot (leave empty to go on without)",
      check: (answer) =>
        answer === "" || TOKEN.test(answer) ? undefined : "A token looks like 123456789:AAF….",
    });
    if (token === "") return;
    const bot = await prompts.progress("Asking Telegram", whoHas(session, channel, token));
    if (typeof bot === "string") {
      await prompts.told(`Telegram does not take it: ${bot}`, "error");
      continue;
    }
    await editConfig(session, (config) => withToken(config, channel.meta.id, token));
    const name = bot.username === undefined ? (bot.name ?? bot.id) : `@${bot.username}`;
    await prompts.told(`The bot is ${name}.`, "success");
    await prompts.note(
      `Nobody can use it yet, and strangers never can: whoever writes to ${name} is answered with a code.\nWrite to it yourself, then let yourself in with the command it shows:\nopenclaw pairing approve ${channel.meta.id} <code>\nThe first one let in this way is its owner.`,
      "Who may write to it",
    );
    return;
  }
}

/** Who the token belongs to, or why that cannot be said. */
async function whoHas(
  session: Session,
  channel: KnownChannel,
  token: string,
): Promise<{ id: string; name?: string; username?: string } | string> {
  const { clock, env } = session;
  try {
    const { snapshot } = await openConfig(session).preview((config) =>
      withToken(config, channel.meta.id, token),
    );
    const { config, variables } = snapshot;
    const id = defaultAccount(config, channel.meta.id);
    const account = channel.accounts(config, variables).find((one) => one.id === id);
    if (account === undefined || channel.whoIs === undefined) return "the account cannot be made";
    return await channel.whoIs(account, {
      egress: new Egress({ clock, proxy: proxyFromEnv(env.raw) }),
      clock,
      ids: randomIds,
      variables,
      signal: AbortSignal.timeout(CHANNEL_TRIAL_MS),
    });
  } catch (error) {
    const failure = configFailure(error);
    const reason = failure instanceof Error ? failure.message : String(failure);
    return reason.replaceAll(token, "…");
  }
}

function withToken(config: unknown, channelId: string, token: string): unknown {
  const path = accountPath(config, channelId, defaultAccount(config, channelId));
  const found = valueAt(config, path);
  const { tokenFile: _file, ...kept } = isObject(found) ? found : {};
  return withValue(config, path, { ...kept, enabled: true, botToken: token });
}
