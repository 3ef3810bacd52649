import { type OpenClawConfig, validateConfig } from "../../../config/index.ts";
import type { TelegramSettings } from "../render/index.ts";

/** `channels.telegram` as the file has it. */
export type TelegramSection = NonNullable<NonNullable<OpenClawConfig["channels"]>["telegram"]>;

/** What one account says; the rest is its channel's. */
export type TelegramEntry = NonNullable<TelegramSection["accounts"]>[string];

/** Sections of which an account may say a part; the rest of it is the channel's. */
const MERGED = ["actions", "commands", "healthMonitor", "network", "streaming", "threadBindings"] as const;

/**
 * What an account says goes before what its channel says: key by key, also within the sections named above. Everything else is
 * replaced as a whole, maps of groups and chats among it. Credentials and the name of one bot are never another's.
 */
export function inherited(section: TelegramSettings, own: TelegramEntry): TelegramSettings {
  const { botToken: _token, tokenFile: _file, name: _name, ...channel } = section;
  const merged: Record<string, unknown> = { ...channel, ...own };
  for (const key of MERGED) if (own[key] !== undefined) merged[key] = { ...channel[key], ...own[key] };
  return sectionOf(merged);
}

/** A section as the configuration would have it, with its defaults. */
export function sectionOf(values: object): TelegramSettings {
  const section = validateConfig({ channels: { telegram: values } }).config.channels?.telegram;
  if (section === undefined) throw new Error("the schema has no section for this channel");
  const { accounts: _accounts, defaultAccount: _default, ...settings } = section;
  return settings;
}
