import type { OpenClawConfig } from "../../config/index.ts";
import type { ToolRules } from "../conversations.ts";
import type { Chat } from "../inbound-event.ts";
import { type ChatScope, ingests, scopeOf } from "./chat-scope.ts";
import type { ChatRules } from "./gate.ts";
import { type AccessSettings, own } from "./settings.ts";

/** Messages of a group the model is told of unless told otherwise, as documented. */
const GROUP_HISTORY_MESSAGES = 50;

/** What holds in a chat beside who is heard. */
export function chatRules(settings: AccessSettings, chat: Chat, config: OpenClawConfig): ChatRules {
  const scope = scopeOf(settings, chat);
  const { entry, topic, isGroup } = scope;
  const systemPrompt = [entry?.systemPrompt, topic?.systemPrompt]
    .map((text) => text?.trim() ?? "")
    .filter((text) => text !== "")
    .join("\n\n");
  const skills = topic?.skills ?? entry?.skills;
  const toolRules = toolRulesOf(scope);
  const directHistory = isGroup
    ? undefined
    : (own(settings.dms, chat.id)?.historyLimit ?? settings.dmHistoryLimit);
  return {
    ingestOnly: isGroup && ingests(scope),
    errorPolicy: topic?.errorPolicy ?? entry?.errorPolicy ?? settings.errorPolicy ?? "always",
    historyLimit: isGroup ? groupHistory(settings, config) : 0,
    ...(directHistory !== undefined && { directHistoryLimit: directHistory }),
    ...(systemPrompt !== "" && { systemPrompt }),
    ...(skills !== undefined && { skills }),
    ...(toolRules.length > 0 && { toolRules }),
    ...(topic?.agentId !== undefined && { agentId: topic.agentId }),
  };
}

/** A direct chat's own entry stands for itself; a group says what differs from all groups. */
function toolRulesOf({ entry, fallback, isGroup }: ChatScope): ToolRules[] {
  const places = isGroup ? new Set([entry, fallback]) : [entry];
  return [...places].flatMap((place) => {
    const { tools, toolsBySender } = place ?? {};
    const rules = { ...(tools && { tools }), ...(toolsBySender && { toolsBySender }) };
    return Object.keys(rules).length > 0 ? [rules] : [];
  });
}

function groupHistory(settings: AccessSettings, { channels, messages }: OpenClawConfig): number {
  return (
    settings.historyLimit ??
    channels?.defaults?.historyLimit ??
    messages?.groupChat?.historyLimit ??
    GROUP_HISTORY_MESSAGES
  );
}
