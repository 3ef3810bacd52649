import { type OpenClawConfig, validateConfig } from "../../../config/index.ts";
import type { ChannelAccount, ChannelSettings } from "../../channel.ts";

/** `channels.whatsapp` as the file has it. */
export type WhatsappSection = NonNullable<NonNullable<OpenClawConfig["channels"]>["whatsapp"]>;

/** What the configuration says of a WhatsApp account. */
export type WhatsappSettings = Omit<WhatsappSection, "accounts" | "defaultAccount"> & {
  readonly authDir?: string | undefined;
};

/** Sections of which an account may say a part; maps of groups and chats are replaced as a whole. */
const MERGED = ["actions", "healthMonitor", "markdown", "mentionPatterns", "streaming"] as const;

/** What the outer one says, with what the inner one says before it. */
export function inherited(
  outer: Readonly<Record<string, unknown>>,
  inner: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const merged: Record<string, unknown> = { ...outer, ...inner };
  for (const key of MERGED) {
    const [before, after] = [outer[key], inner[key]];
    if (isObject(before) && isObject(after)) merged[key] = { ...before, ...after };
  }
  return merged;
}

/** A section as the configuration would have it, with its defaults. */
export function sectionOf(values: object): WhatsappSettings {
  const section = validateConfig({ channels: { whatsapp: values } }).config.channels?.whatsapp;
  if (section === undefined) throw new Error("the schema has no section for this channel");
  const { accounts: _accounts, defaultAccount: _default, ...settings } = section;
  return settings;
}

/** @throws Error for an account of another channel, which is a fault of the program */
export function whatsappSettings({ channel, settings }: ChannelAccount): WhatsappSettings {
  if (!isWhatsapp(channel, settings)) throw new Error(`${channel} is not whatsapp`);
  return settings;
}

function isWhatsapp(channel: string, _settings: ChannelSettings): _settings is WhatsappSettings {
  return channel === "whatsapp";
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
