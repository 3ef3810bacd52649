import {
  accountOption,
  DEFAULT_ACCOUNT,
  expandPath,
  type OpenClawConfig,
  readEnv,
} from "../../../config/index.ts";
import type { ChannelAccount } from "../../channel.ts";
import { addressProblem } from "./addresses.ts";
import type { TelegramSettings } from "../render/index.ts";
import { inherited, sectionOf, type TelegramEntry, type TelegramSection } from "./settings.ts";
import { findToken } from "./token.ts";

/** Settings a running connection cannot take over. The token is beside them. */
const CONNECTION_KEYS: readonly (keyof TelegramSettings)[] = [
  "tokenFile",
  "apiRoot",
  "proxy",
  "network",
  "trustedLocalFileRoots",
  "webhookUrl",
  "webhookSecret",
  "webhookPath",
  "webhookHost",
  "webhookPort",
  "webhookCertPath",
];

/**
 * The accounts `channels.telegram` describes, the default one first. The section itself is the account `default` when it has a
 * token (its own or `TELEGRAM_BOT_TOKEN`) or when there is no other; `accounts.default` refines it.
 */
export function telegramAccounts(
  config: OpenClawConfig,
  variables: Readonly<Record<string, string>>,
): readonly ChannelAccount[] {
  const env = readEnv(variables);
  const found = config.channels?.telegram;
  if (found === undefined && env.telegramBotToken === undefined) return [];
  const whole: TelegramSection = found ?? sectionOf({});
  const { accounts = {}, defaultAccount, ...section } = whole;
  const isOwn = [section.botToken, section.tokenFile, env.telegramBotToken].some(
    (credential) => credential !== undefined && credential !== "",
  );
  const named = Object.keys(accounts);
  const ids =
    named.includes(DEFAULT_ACCOUNT) || (!isOwn && named.length > 0) ? named : [DEFAULT_ACCOUNT, ...named];
  const first =
    [defaultAccount, DEFAULT_ACCOUNT].find((id) => id !== undefined && ids.includes(id)) ?? ids[0];
  return ids
    .toSorted((a, b) => Number(b === first) - Number(a === first))
    .map((id) => {
      const own = accounts[id];
      const isDefault = id === DEFAULT_ACCOUNT;
      const settings =
        own === undefined
          ? section
          : { ...inherited(section, own), ...(isDefault && ownOfSection(section, own)) };
      return accountOf({
        id,
        isEnabled: section.enabled !== false && own?.enabled !== false,
        settings: completed(settings, config, env.home),
        fromEnv: isDefault ? env.telegramBotToken : undefined,
      });
    });
}

/** What the section says of itself and does not pass on to other accounts. */
function ownOfSection(section: TelegramSettings, own: TelegramEntry): Partial<TelegramSettings> {
  const { botToken, tokenFile, name } = section;
  const hasToken = own.botToken !== undefined || own.tokenFile !== undefined;
  return {
    ...(!hasToken && botToken !== undefined && { botToken }),
    ...(!hasToken && tokenFile !== undefined && { tokenFile }),
    ...(own.name === undefined && name !== undefined && { name }),
  };
}

/** Paths made absolute, and what the rest of the configuration says where an account says nothing. */
function completed(settings: TelegramSettings, config: OpenClawConfig, home: string): TelegramSettings {
  const at = (path: string | undefined) =>
    path === undefined || path.trim() === "" ? undefined : expandPath(path.trim(), home);
  const tokenFile = at(settings.tokenFile);
  const webhookCertPath = at(settings.webhookCertPath);
  const roots = settings.trustedLocalFileRoots?.flatMap((root) => at(root) ?? []);
  const native = settings.commands?.native ?? config.commands?.native;
  return {
    ...settings,
    ...(tokenFile !== undefined && { tokenFile }),
    ...(webhookCertPath !== undefined && { webhookCertPath }),
    ...(roots && { trustedLocalFileRoots: roots }),
    ...(native !== undefined && { commands: { ...settings.commands, native } }),
  };
}

interface Described {
  readonly id: string;
  readonly isEnabled: boolean;
  readonly settings: TelegramSettings;
  readonly fromEnv: string | undefined;
}

function accountOf({ id, isEnabled, settings, fromEnv }: Described): ChannelAccount {
  const found = findToken(settings, fromEnv);
  const token = "token" in found ? found.token : undefined;
  const trouble = "token" in found ? addressProblem(settings) : found.problem;
  const name = settings.name?.trim() ?? "";
  return {
    channel: "telegram",
    id,
    ...(name !== "" && { name }),
    enabled: isEnabled,
    configured: trouble === undefined,
    tokenSource: found.source,
    ...(trouble !== undefined && { problem: problemOf(id, trouble, found.source === "none") }),
    // From here on it is one thing where the token was from.
    settings: found.source === "env" && token !== undefined ? { ...settings, botToken: token } : settings,
    fingerprint: fingerprintOf(settings, token),
  };
}

function problemOf(id: string, trouble: string, hasNoToken: boolean): string {
  const isDefault = id === DEFAULT_ACCOUNT;
  const who = isDefault ? "Telegram cannot start" : `Telegram account ${id} cannot start`;
  if (!hasNoToken) return `${who}: ${trouble}.`;
  const account = accountOption(id);
  const env = isDefault ? ", or set TELEGRAM_BOT_TOKEN" : "";
  return `${who}: ${trouble}. Give it one: openclaw channels add --channel telegram${account}${env}.`;
}

/** The token is in it by its hash alone; of a file, what it holds counts, not its name. */
function fingerprintOf(settings: TelegramSettings, token: string | undefined): string {
  const parts = [token ?? null, ...CONNECTION_KEYS.map((key) => settings[key] ?? null)];
  return Bun.SHA256.hash(JSON.stringify(parts), "hex").slice(0, 32);
}
