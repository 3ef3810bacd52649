import type { OpenClawConfig } from "../../../config/index.ts";
import { isRecord } from "../../../lib/records.ts";
import type { ChannelAccount, ChannelSettings } from "../../channel.ts";
import { BYTES_PER_MB } from "../../files/index.ts";

type TelegramConfig = NonNullable<NonNullable<OpenClawConfig["channels"]>["telegram"]>;

/** What the configuration says of a Telegram account. */
export type TelegramSettings = Omit<TelegramConfig, "accounts" | "defaultAccount">;

/** Where buttons may be shown. With `allowlist` everywhere, since who presses is looked at then. */
export type ButtonScope = "off" | "dm" | "group" | "all" | "allowlist";

/** What holds for messages that go out. */
export interface OutgoingRules {
  readonly textLimit: number;
  readonly chunkMode: "length" | "newline";
  readonly tables: "off" | "bullets" | "code" | "block";
  readonly linkPreview: boolean;
  readonly repliesTo: "first" | "all";
  readonly mediaMaxBytes: number;
  readonly buttons: ButtonScope;
}

/** The rules of an account. */
export function outgoingRules(account: ChannelAccount): OutgoingRules {
  const settings = telegramSettings(account);
  return {
    textLimit: settings.textChunkLimit,
    chunkMode: settings.streaming?.chunkMode ?? "length",
    tables: settings.markdown?.tables ?? "block",
    linkPreview: settings.linkPreview,
    // Which message is answered at all was decided before; here it is only which parts of an answer say so.
    repliesTo: settings.replyToMode === "all" ? "all" : "first",
    mediaMaxBytes: settings.mediaMaxMb * BYTES_PER_MB,
    buttons: buttonScope(settings.capabilities),
  };
}

/** @throws Error for an account of another channel, which is a fault of the program */
export function telegramSettings(account: ChannelAccount): TelegramSettings {
  const { settings } = account;
  if (!isTelegram(account.channel, settings)) throw new Error(`${account.channel} is not telegram`);
  return settings;
}

function isTelegram(channel: string, _settings: ChannelSettings): _settings is TelegramSettings {
  return channel === "telegram";
}

const SCOPES: readonly ButtonScope[] = ["off", "dm", "group", "all", "allowlist"];

/** `capabilities` is an object, or a list of names as it was once. */
function buttonScope(capabilities: unknown): ButtonScope {
  if (Array.isArray(capabilities)) return capabilities.includes("inlineButtons") ? "all" : "off";
  const named = isRecord(capabilities) ? capabilities["inlineButtons"] : undefined;
  return SCOPES.find((scope) => scope === named) ?? "allowlist";
}
