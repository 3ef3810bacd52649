import type { OpenClawConfig } from "../../config/index.ts";
import type { ChannelAccount } from "../channel.ts";
import type { Chat } from "../inbound-event.ts";

/** Quiet time that ends a burst of texts: `messages.inbound`; 0 unless it is set, so that nobody waits for nothing. */
export function debounceMs({ messages }: OpenClawConfig, channel: string): number {
  return messages?.inbound?.byChannel?.[channel] ?? messages?.inbound?.debounceMs ?? 0;
}

/** `channels.modelByChannel`: the topic's before the chat's; of a direct chat the peer's. */
export function channelModel(
  { channels }: OpenClawConfig,
  channel: string,
  { id, topicId }: Chat,
): string | undefined {
  const models = channels?.modelByChannel?.[channel];
  return (topicId === undefined ? undefined : models?.[`${id}:topic:${topicId}`]) ?? models?.[id];
}

/** Which reactions the agent learns of. */
export function reactionsHeard({ settings }: ChannelAccount): "off" | "own" | "all" {
  return ("reactionNotifications" in settings ? settings.reactionNotifications : undefined) ?? "own";
}
