import type { Person } from "../inbound-event.ts";
import type { ChatScope } from "./chat-scope.ts";
import { type ListReader, SenderList } from "./sender-list.ts";
import type { AccessSettings, Entries, GroupPolicy } from "./settings.ts";

export interface GroupCase {
  readonly settings: AccessSettings;
  readonly scope: ChatScope;
  readonly reader: ListReader;
  readonly sender: Person;
  /** What holds when neither the account nor the chat says anything. */
  readonly fallbackPolicy: GroupPolicy | undefined;
}

export type GroupVerdict =
  | { readonly refusal: string }
  | {
      /** The list that holds here admits the sender. */
      readonly isListed: boolean;
      /** The chat itself is listed and there is no list of senders: whoever is in it is meant. */
      readonly isByChat: boolean;
    };

/** The list of senders that holds in a group: the topic's, the group's, the account's. Pairing lets nobody in here. */
export function groupEntries(settings: AccessSettings, { topic, entry }: ChatScope): Entries {
  return topic?.allowFrom ?? entry?.allowFrom ?? settings.groupAllowFrom ?? settings.allowFrom ?? [];
}

/** Policy, then the group, then the sender; whether the account was meant comes after. */
export function groupVerdict({ settings, scope, reader, sender, fallbackPolicy }: GroupCase): GroupVerdict {
  const { topic, entry, isListed: isChatListed } = scope;
  const policy =
    topic?.groupPolicy ?? entry?.groupPolicy ?? settings.groupPolicy ?? fallbackPolicy ?? "allowlist";
  if (policy === "disabled") return { refusal: "groups are switched off" };
  const hasGroups = Object.keys(settings.groups ?? {}).length > 0;
  if (entry === undefined && (policy === "allowlist" || hasGroups))
    return { refusal: "the group is not allowed" };
  const list = new SenderList(groupEntries(settings, scope), reader);
  const isListed = list.admits(sender);
  const isOverridden = (topic?.allowFrom ?? entry?.allowFrom) !== undefined;
  if (isListed || (policy === "open" && !isOverridden)) return { isListed, isByChat: false };
  if (isChatListed && list.isEmpty && !isOverridden) return { isListed, isByChat: true };
  return { refusal: "the sender is not allowed" };
}
