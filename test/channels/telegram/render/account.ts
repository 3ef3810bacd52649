import type { ChannelAccount } from "../../../../src/channels/channel.ts";
import type { OutboundMessage } from "../../../../src/channels/outbound-message.ts";
import {
  partOf,
  renderMessage,
  type TelegramPart,
  type TelegramSettings,
} from "../../../../src/channels/telegram/render/index.ts";

const DEFAULTS: TelegramSettings = {
  configWrites: true,
  dmPolicy: "pairing",
  textChunkLimit: 4_000,
  mediaMaxMb: 100,
  linkPreview: true,
  reactionNotifications: "own",
};

/** An account with these settings and the defaults of the others. */
export function account(settings: Partial<TelegramSettings> = {}): ChannelAccount {
  return {
    channel: "telegram",
    id: "default",
    enabled: true,
    configured: true,
    tokenSource: "config",
    settings: { ...DEFAULTS, ...settings },
    fingerprint: "f",
  };
}

/** A message as parts, by way of the JSON they are stored as. */
export function rendered(
  message: Partial<OutboundMessage>,
  settings: Partial<TelegramSettings> = {},
): TelegramPart[] {
  const parts: unknown = JSON.parse(
    JSON.stringify(renderMessage({ text: "", ...message }, account(settings))),
  );
  if (!Array.isArray(parts)) throw new Error("no list");
  return parts.map((part: Readonly<Record<string, unknown>>) => partOf(part));
}
