import type { Chat } from "../inbound-event.ts";
import { type AccessSettings, type ChatSettings, own, type TopicSettings } from "./settings.ts";

/** What the configuration says of one chat: its own entry or the one for all, and the topic's on top. */
export interface ChatScope {
  readonly isGroup: boolean;
  /** The entry that holds: the chat's own, else `*`. */
  readonly entry: ChatSettings | undefined;
  /** The chat has an entry of its own. */
  readonly isListed: boolean;
  /** Entry `*`, for what falls through to it. */
  readonly fallback: ChatSettings | undefined;
  /** `topics."*"` with the topic's own keys on top. */
  readonly topic: TopicSettings | undefined;
}

/** Looks up the chat; groups and channels stand in `groups`, direct chats in `direct`. */
export function scopeOf(settings: AccessSettings, chat: Chat): ChatScope {
  const isGroup = chat.kind !== "direct";
  const entries = isGroup ? settings.groups : settings.direct;
  const listed = own(entries, chat.id);
  const fallback = own(entries, "*");
  const entry = listed ?? fallback;
  return { isGroup, entry, isListed: listed !== undefined, fallback, topic: topicOf(entry, chat.topicId) };
}

function topicOf(entry: ChatSettings | undefined, topicId: string | undefined): TopicSettings | undefined {
  if (topicId === undefined) return undefined;
  const common = own(entry?.topics, "*");
  const listed = own(entry?.topics, topicId);
  return common === undefined ? listed : { ...common, ...listed };
}

/** A mention is needed, as far as the configuration says; a topic's own word goes before `/activation`. */
export function needsMention(
  { topic, entry, fallback }: ChatScope,
  activation: "mention" | "always" | undefined,
): boolean {
  if (topic?.requireMention !== undefined) return topic.requireMention;
  if (activation !== undefined) return activation === "mention";
  return entry?.requireMention ?? fallback?.requireMention ?? true;
}

/** Reads along without answering. */
export function ingests({ topic, entry, fallback }: ChatScope): boolean {
  return topic?.ingest ?? entry?.ingest ?? fallback?.ingest ?? false;
}
