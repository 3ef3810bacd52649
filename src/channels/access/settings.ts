import type { ChannelSettings } from "../channel.ts";
import type { ToolRules } from "../conversations.ts";

export type DmPolicy = "pairing" | "allowlist" | "open" | "disabled";
export type GroupPolicy = "open" | "disabled" | "allowlist";
export type ContextVisibility = "all" | "allowlist" | "allowlist_quote";
export type ErrorPolicy = "always" | "once" | "silent";
/** People as a configuration lists them. */
export type Entries = readonly (string | number)[];

/** What a topic may say, and a group or a direct chat for all of its topics. */
export interface TopicSettings {
  readonly enabled?: boolean;
  readonly requireMention?: boolean;
  readonly ingest?: boolean;
  readonly allowFrom?: Entries;
  readonly groupPolicy?: GroupPolicy;
  readonly skills?: readonly string[];
  readonly systemPrompt?: string;
  readonly errorPolicy?: ErrorPolicy;
  readonly agentId?: string;
}

/** What a group or a direct chat may say; no channel has all of it. */
export interface ChatSettings extends Omit<TopicSettings, "agentId">, ToolRules {
  readonly dmPolicy?: DmPolicy;
  readonly requireTopic?: boolean;
  readonly topics?: Readonly<Record<string, TopicSettings>>;
}

/** The part of an account's settings that decides who is heard, whatever the channel. */
export interface AccessSettings {
  readonly dmPolicy?: DmPolicy;
  readonly allowFrom?: Entries;
  readonly groupPolicy?: GroupPolicy;
  readonly groupAllowFrom?: Entries;
  readonly groups?: Readonly<Record<string, ChatSettings>>;
  readonly direct?: Readonly<Record<string, ChatSettings>>;
  readonly contextVisibility?: ContextVisibility;
  readonly mentionPatterns?: {
    readonly mode?: "allow" | "deny";
    readonly allowIn?: readonly string[];
    readonly denyIn?: readonly string[];
  };
  readonly historyLimit?: number;
  readonly dmHistoryLimit?: number;
  readonly dms?: Readonly<Record<string, { readonly historyLimit?: number }>>;
  readonly errorPolicy?: ErrorPolicy;
}

/** Any channel's settings seen so. */
export function accessSettings(settings: ChannelSettings): AccessSettings {
  return settings;
}

/** A key of the user's; ids come from outside and must not reach what every object has. */
export function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
