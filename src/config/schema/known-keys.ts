/**
 * Keys of the configuration schema published with version 2026.9.6 that the schema here does not have, by the path of
 * the object that holds them (`*` for names and indexes that are the user's). What lies below such a key is known too.
 * Root keys of that kind are rows of the not-yet table.
 */
const KNOWN: Readonly<Record<string, string>> = {
  agents: "ownership",
  "agents.defaults":
    "authInheritance contextLimits decisionModel embeddedAgent experimental fastModeDefault imageMaxDimensionPx imageQuality modelSelectionScope params pdfMaxMb pdfMaxPages sessionStore startupContext toolProgressDetail voiceModel",
  "agents.defaults.compaction":
    "identifierPolicy maxActiveTranscriptBytes midTurnPrecheck postCompactionSections postIndexSync qualityGuard recentTurnsPreserve thinkingLevel",
  "agents.defaults.sandbox": "sessionToolsVisibility",
  "agents.defaults.subagents": "announceTimeoutMs delegationMode requireAgentId",
  "agents.entries.*":
    "contextLimits decisionModel embeddedAgent experimental fastModeDefault memory params runtime skillsLimits toolProgressDetail tts",
  "agents.entries.*.sandbox": "sessionToolsVisibility",
  "agents.entries.*.tools": "codeMode github sandbox swarm",
  "agents.entries.*.tools.exec":
    "applyPatch approvalRunningNoticeMs commandHighlighting notifyOnExitEmptySuccess reviewer safeBinProfiles",
  "agents.list.*":
    "contextLimits decisionModel embeddedAgent experimental fastModeDefault memory params runtime skillsLimits toolProgressDetail tts",
  "agents.list.*.sandbox": "sessionToolsVisibility",
  "agents.list.*.tools": "codeMode github sandbox swarm",
  "agents.list.*.tools.exec":
    "applyPatch approvalRunningNoticeMs commandHighlighting notifyOnExitEmptySuccess reviewer safeBinProfiles",
  browser: "allowSystemProfileImport extensionRelay snapshotDefaults tabCleanup",
  "browser.profiles.*": "mcpArgs mcpCommand",
  channels:
    "a2a buzz clickclack discord feishu googlechat imessage irc line matrix mattermost msteams nextcloud-talk nostr qa-channel raft reef signal slack sms synology-chat tlon twitch zalo zalouser",
  "channels.defaults": "heartbeatVisibility implicitMentions",
  "channels.telegram": "autoTopicLabel execApprovals heartbeatVisibility joinIntro richMessages",
  "channels.telegram.accounts.*": "autoTopicLabel execApprovals heartbeatVisibility joinIntro richMessages",
  "channels.whatsapp": "heartbeatVisibility pluginHooks",
  "channels.whatsapp.accounts.*": "heartbeatVisibility pluginHooks",
  gateway: "cliAgents portals",
  memory: "citations",
  "memory.search":
    "cache enabled experimental extraPaths fallback local multimodal query queryInputType rememberAcrossConversations sources store",
  "memory.search.remote": "batch",
  "models.providers.*": "agentRuntime injectNumCtxForOpenAICompat localService request",
  "models.providers.*.models.*": "agentRuntime mediaInput metadataSource",
  secrets: "egressProxy",
  tools: "codeMode github links sandbox sessions_spawn subagents swarm toolSearch updatePlan",
  "tools.exec":
    "applyPatch approvalRunningNoticeMs commandHighlighting grantExpiryDays notifyOnExitEmptySuccess reviewer safeBinProfiles",
  "tools.web.fetch": "ssrfPolicy useTrustedEnvProxy",
  "tools.web.search": "openaiCodex",
};

/** Objects that take any key, because a plugin defines them. */
const OPEN: readonly string[] = ["tools.web.search"];

/** Keys below `parent`, a path with `*` for the user's names, that are known and not in the schema. */
export function knownKeysBelow(parent: string): string[] {
  const keys = Object.hasOwn(KNOWN, parent) ? KNOWN[parent] : undefined;
  return keys === undefined ? [] : keys.split(" ");
}

/** True for a key that the published schema has and the schema here does not. */
export function isKnownKey(parent: string, key: string): boolean {
  return OPEN.includes(parent) || knownKeysBelow(parent).includes(key);
}
