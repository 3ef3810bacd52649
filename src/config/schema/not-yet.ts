interface NotYet {
  /** Path of the key; `*` stands for one key or index of any name. */
  readonly prefix: string;
  /** What this version lacks, as in "this version has no …". */
  readonly lacks: string;
  /** Keys directly below `prefix` that are supported. */
  readonly except?: readonly string[];
}

/** What agents' tools do not read, in `tools` and in those of one agent. */
function toolSettings(prefix: string): NotYet[] {
  return [
    { prefix: `${prefix}.elevated`, lacks: "sandbox" },
    { prefix: `${prefix}.message.crossContext.marker`, lacks: "marks on messages from elsewhere" },
    { prefix: `${prefix}.loopDetection`, lacks: "loop detection" },
    { prefix: `${prefix}.exec.node`, lacks: "commands on nodes" },
    { prefix: `${prefix}.exec.safeBins`, lacks: "exec approvals" },
    { prefix: `${prefix}.exec.safeBinTrustedDirs`, lacks: "exec approvals" },
    { prefix: `${prefix}.exec.strictInlineEval`, lacks: "exec approvals" },
  ];
}

/** What Telegram accounts do not read, in `channels.telegram` and in those of one account. */
function telegramSettings(prefix: string): NotYet[] {
  const chats = ["groups", "direct"].flatMap((kind) => [
    `${prefix}.${kind}.*`,
    `${prefix}.${kind}.*.topics.*`,
  ]);
  return [
    { prefix: `${prefix}.threadBindings`, lacks: "bound threads" },
    { prefix: `${prefix}.commands.nativeSkills`, lacks: "skills" },
    { prefix: `${prefix}.streaming.preview.commandText`, lacks: "commands in previews" },
    { prefix: `${prefix}.streaming.progress.commandText`, lacks: "commands in previews" },
    { prefix: `${prefix}.direct.*.autoTopicLabel`, lacks: "names of topics by itself" },
    ...chats.map((chat) => ({ prefix: `${chat}.skills`, lacks: "skills" })),
    ...chats
      .filter((chat) => chat !== `${prefix}.direct.*`)
      .map((chat) => ({ prefix: `${chat}.disableAudioPreflight`, lacks: "audio transcription" })),
  ];
}

/** What WhatsApp accounts do not read, in `channels.whatsapp` and in those of one account. */
function whatsappSettings(prefix: string): NotYet[] {
  return [
    { prefix: `${prefix}.streaming.block`, lacks: "answers that come in parts on WhatsApp" },
    { prefix: `${prefix}.capabilities`, lacks: "such a choice on WhatsApp" },
  ];
}

/**
 * Keys that are right, and that no part of this version reads. They are typed where the type is known; faults inside
 * them are warnings. A part that begins to read a key removes its row.
 */
export const NOT_YET: readonly NotYet[] = [
  { prefix: "gateway.terminal", lacks: "operator terminal" },
  { prefix: "gateway.push", lacks: "push messages" },
  { prefix: "gateway.roles", lacks: "roles" },
  { prefix: "gateway.http.endpoints.responses.files.pdf", lacks: "reading of PDF files" },
  { prefix: "gateway.nodes.browser", lacks: "browser proxy" },
  { prefix: "gateway.nodes.pluginTools", lacks: "plugin tools" },
  { prefix: "gateway.nodes.allowSkills", lacks: "skills on nodes" },
  { prefix: "gateway.auth.trustedProxy.cloudflareAccessOidc", lacks: "Cloudflare Access claims" },
  {
    prefix: "gateway.controlUi",
    lacks: "such a part of the Control UI",
    except: [
      "enabled",
      "basePath",
      "root",
      "environment",
      "allowedOrigins",
      "dangerouslyAllowHostHeaderOriginFallback",
    ],
  },
  { prefix: "gateway.nodes.pairing.sshVerify", lacks: "SSH check of nodes" },
  { prefix: "gateway.remote", lacks: "SSH tunnels", except: ["url", "token", "password", "tlsFingerprint"] },
  {
    prefix: "logging",
    lacks: "audit record",
    except: ["level", "file", "maxFileBytes", "consoleLevel", "consoleStyle", "redactPatterns"],
  },
  { prefix: "env.shellEnv", lacks: "login-shell import" },
  { prefix: "discovery", lacks: "discovery" },
  { prefix: "update", lacks: "updates", except: ["channel"] },
  { prefix: "secrets.providers.*.pluginIntegration", lacks: "plugins" },
  {
    prefix: "commands",
    lacks: "such commands",
    except: ["restart", "text", "native", "allowFrom", "ownerAllowFrom"],
  },
  {
    prefix: "agents.defaults",
    lacks: "such settings of agents",
    except: [
      "workspace",
      "cwd",
      "systemAgent",
      "skipBootstrap",
      "skipOptionalBootstrapFiles",
      "contextInjection",
      "bootstrapMaxChars",
      "bootstrapTotalMaxChars",
      "userTimezone",
      "mediaMaxMb",
      "silentReply",
      "model",
      "models",
      "modelPolicy",
      "imageModel",
      "thinkingDefault",
      "typingMode",
      "typingIntervalSeconds",
      "blockStreamingDefault",
      "timeoutSeconds",
      "maxConcurrent",
      "subagents",
      "compaction",
    ],
  },
  { prefix: "agents.defaults.subagents", lacks: "helpers of agents", except: ["maxConcurrent"] },
  {
    prefix: "agents.defaults.compaction",
    lacks: "that part of compaction",
    except: ["enabled", "model", "provider", "keepRecentTokens", "timeoutSeconds"],
  },
  { prefix: "agents.defaults.silentReply", lacks: "silent replies there", except: ["group"] },
  {
    prefix: "agents.entries.*",
    lacks: "such settings of agents",
    except: [
      "name",
      "default",
      "description",
      "workspace",
      "cwd",
      "identity",
      "contextInjection",
      "bootstrapMaxChars",
      "bootstrapTotalMaxChars",
      "model",
      "models",
      "modelPolicy",
      "thinkingDefault",
      "typingMode",
      "tools",
    ],
  },
  {
    prefix: "agents.list.*",
    lacks: "such settings of agents",
    except: [
      "id",
      "name",
      "default",
      "description",
      "workspace",
      "cwd",
      "identity",
      "contextInjection",
      "bootstrapMaxChars",
      "bootstrapTotalMaxChars",
      "model",
      "models",
      "modelPolicy",
      "thinkingDefault",
      "typingMode",
      "tools",
    ],
  },
  { prefix: "models.catalogRefresh", lacks: "refresh of the model catalogue" },
  { prefix: "models.providers.*.models.*.cost.tieredPricing", lacks: "prices by size" },
  { prefix: "channels.whatsapp.actions.calls", lacks: "calls" },
  ...whatsappSettings("channels.whatsapp"),
  ...whatsappSettings("channels.whatsapp.accounts.*"),
  ...telegramSettings("channels.telegram"),
  ...telegramSettings("channels.telegram.accounts.*"),
  { prefix: "session.threadBindings", lacks: "bound threads" },
  { prefix: "session.notifyOnCreate", lacks: "announcement of sessions" },
  { prefix: "session.sharing", lacks: "shared sessions" },
  { prefix: "session.maintenance.maxDiskBytes", lacks: "disk budget of sessions" },
  { prefix: "session.maintenance.highWaterBytes", lacks: "disk budget of sessions" },
  { prefix: "session.maintenance.resetArchiveRetention", lacks: "archives of reset sessions" },
  { prefix: "session.maintenance.coldStorage", lacks: "packed sessions" },
  {
    prefix: "messages",
    lacks: "such settings of messages",
    except: [
      "queue",
      "responseUsage",
      "responsePrefix",
      "ackReaction",
      "ackReactionScope",
      "statusReactions",
      "inbound",
      "groupChat",
    ],
  },
  { prefix: "messages.groupChat.unmentionedInbound", lacks: "quiet events of rooms" },
  { prefix: "messages.groupChat.visibleReplies", lacks: "answers by tool alone" },
  ...toolSettings("tools"),
  { prefix: "tools.media", lacks: "media understanding" },
  { prefix: "tools.web", lacks: "web search", except: ["fetch"] },
  { prefix: "tools.web.fetch.provider", lacks: "services that fetch" },
  { prefix: "tools.web.fetch.readability", lacks: "choice of extractors" },
  ...toolSettings("agents.entries.*.tools"),
  ...toolSettings("agents.list.*.tools"),
  {
    prefix: "hooks",
    lacks: "mapped webhooks",
    except: [
      "enabled",
      "path",
      "token",
      "defaultSessionKey",
      "allowRequestSessionKey",
      "allowedSessionKeyPrefixes",
      "allowedAgentIds",
    ],
  },
  { prefix: "hooks.gmail", lacks: "watch of mail" },
  { prefix: "hooks.internal", lacks: "internal hooks" },
  { prefix: "cron", lacks: "automations" },
  { prefix: "browser.profiles.*.userDataDir", lacks: "control of a person's own browser" },
  { prefix: "acp", lacks: "ACP agents" },
  { prefix: "approvals", lacks: "approvals" },
  { prefix: "attachments", lacks: "attachments" },
  { prefix: "audio", lacks: "audio transcription" },
  { prefix: "bridge", lacks: "TCP bridge" },
  { prefix: "broadcast", lacks: "broadcast groups" },
  { prefix: "cli", lacks: "CLI settings" },
  { prefix: "cloudWorkers", lacks: "cloud workers" },
  { prefix: "desktop", lacks: "desktop host" },
  { prefix: "diagnostics", lacks: "diagnostics settings" },
  { prefix: "identity", lacks: "root identity" },
  { prefix: "mcp", lacks: "MCP servers" },
  { prefix: "media", lacks: "media settings" },
  { prefix: "nodeHost", lacks: "node host settings" },
  { prefix: "plugins", lacks: "plugins" },
  { prefix: "presence", lacks: "presence settings" },
  { prefix: "proxy", lacks: "outbound proxy settings" },
  { prefix: "routing", lacks: "root routing" },
  { prefix: "security", lacks: "security settings", except: ["audit"] },
  { prefix: "security.audit", lacks: "that part of the security audit", except: ["suppressions"] },
  { prefix: "skills", lacks: "skills" },
  { prefix: "surfaces", lacks: "surfaces" },
  { prefix: "talk", lacks: "talk mode" },
  { prefix: "telemetry", lacks: "telemetry" },
  { prefix: "transcripts", lacks: "transcript settings" },
  { prefix: "tts", lacks: "speech" },
  { prefix: "tui", lacks: "terminal interface settings" },
  { prefix: "ui", lacks: "interface settings" },
  { prefix: "voicewake", lacks: "voice wake" },
  { prefix: "web", lacks: "web channel settings" },
  { prefix: "wizard", lacks: "setup notes" },
  { prefix: "worktreeAcceleration", lacks: "worktrees" },
  { prefix: "worktreeRoot", lacks: "worktrees" },
];

/** Answers which rule covers a path, given as a pattern (`*` in place of names the user chose). */
export class NotYetTable {
  readonly #rows = new Map<string, NotYet>();

  constructor(rows: readonly NotYet[] = NOT_YET) {
    for (const row of rows) this.#rows.set(row.prefix, row);
  }

  /** What is lacking for the key named by a row at exactly `pattern`; nothing when there is no such row. */
  named(pattern: string): string | undefined {
    const own = this.#rows.get(pattern);
    return own && !own.except ? own.lacks : undefined;
  }

  /** What is lacking for a right `key` below `parent`; nothing when it is supported. */
  lacking(pattern: string, parent: string, key: string): string | undefined {
    const above = this.#rows.get(parent);
    const excepted = above?.except && !above.except.includes(key);
    return this.named(pattern) ?? (excepted ? above.lacks : undefined);
  }

  /** Root keys that only this table knows. */
  roots(): string[] {
    return [...this.#rows.keys()].filter((prefix) => !prefix.includes("."));
  }
}
