import type { SessionEntry, SessionRecord } from "../../../store/index.ts";
import { factsOf, type KeyFacts, mainRest, type SessionConfig } from "../keys/index.ts";
import { chatTypeOf } from "../policy/index.ts";
import type { LiveFacts, RowModel, SessionRow } from "../sessions.ts";

/** What a row needs besides the record. */
export interface RowFacts {
  /** Epoch ms. */
  readonly now: number;
  readonly session: SessionConfig | undefined;
  /** `messages.queue.mode`. */
  readonly queueMode: string;
  /** Used unless the session has another one. */
  readonly model: RowModel | undefined;
  readonly live: LiveFacts;
}

/** A session as lists and events show it. A session that does not exist yet has a row without `sessionId`. */
export function rowOf(record: SessionRecord | Pick<SessionRecord, "key">, facts: RowFacts): SessionRow {
  const key = factsOf(record.key);
  const stored = "sessionId" in record ? record : undefined;
  const entry = stored?.entry ?? {};
  return {
    key: record.key,
    agentId: key.agentId,
    kind: kindOf(key, entry),
    ...classified(key, entry, facts.session),
    ...(stored !== undefined && {
      sessionId: stored.sessionId,
      createdAt: stored.createdAt,
      visibility: "shared",
    }),
    updatedAt: stored?.updatedAt ?? null,
    ...(stored !== undefined && { chatType: chatTypeOf(stored) }),
    ...described(entry, key),
    ...lifeOf(entry),
    ...modelOf(entry, facts.model),
    ...tokensOf(entry, facts.model),
    ...settingsOf(entry, facts.queueMode),
    ...liveOf(entry, facts.live),
    permissionModePending: false,
    hasAutomation: false,
    snapshotAt: facts.now,
  };
}

function kindOf({ kind }: KeyFacts, entry: SessionEntry): string {
  if (kind === "global") return "global";
  if (kind === "group" || kind === "channel") return "group";
  return entry.chatType === "group" || entry.chatType === "room" ? "group" : "direct";
}

function classified(
  { kind, rest, threadId, topicId }: KeyFacts,
  entry: SessionEntry,
  session: SessionConfig | undefined,
): SessionRow {
  const isMain = rest === mainRest(session);
  const isThread = threadId !== undefined || topicId !== undefined;
  const classification = isMain ? "main" : isThread ? "thread" : kind === "named" ? "direct" : kind;
  return {
    classification,
    isMain,
    isBackground: entry.spawnedBy !== undefined || ["cron", "hook", "heartbeat", "subagent"].includes(kind),
  };
}

function described(entry: SessionEntry, key: KeyFacts): SessionRow {
  const channel = entry.lastRoute?.channel ?? key.channel;
  return {
    ...present(entry, ["label", "autoLabel", "subject", "groupId", "parentSessionKey", "spawnedBy"]),
    ...defined({
      displayName: entry.label ?? entry.displayName ?? entry.autoLabel ?? entry.subject,
      channel,
      accountId: key.accountId,
    }),
    ...(entry.lastRoute !== undefined && {
      deliveryContext: entry.lastRoute,
      lastChannel: entry.lastRoute.channel,
      ...defined({
        lastTo: entry.lastRoute.to,
        lastAccountId: entry.lastRoute.accountId,
        lastThreadId: entry.lastRoute.threadId,
      }),
    }),
    ...(entry.createdVia !== undefined && { createdVia: viaOf(entry.createdVia) }),
    ...(entry.createdBy !== undefined && { createdActor: actorOf(entry.createdBy) }),
  };
}

type CreatedBy = NonNullable<SessionEntry["createdBy"]>;

/** The owner has a profile of his own; of others only their channel's id is known. */
function actorOf({ type, id, label }: CreatedBy): SessionRow {
  return {
    type,
    id,
    ...(label !== undefined && { label }),
    ...(type === "agent" && { identity: { type: "agent", id } }),
    ...(id === "gateway-owner" && { identity: { type: "profile", id } }),
  };
}

/** Ways a session comes to be, in the words of the protocol. */
const VIA: Readonly<Record<string, string>> = {
  operator: "operator",
  webchat: "operator",
  cli: "operator",
  chat: "operator",
  sessions: "operator",
  agent: "run",
  run: "run",
  http: "run",
  openai: "run",
  openresponses: "run",
  cron: "cron",
  spawn: "spawn",
  subagent: "spawn",
  talk: "talk",
  hook: "internal",
  heartbeat: "internal",
  internal: "internal",
};

function viaOf(createdVia: string): string {
  // `chat.send` and the like: the family of the method says enough. What is no word of ours is a channel.
  return VIA[createdVia.split(/[.:]/)[0] ?? ""] ?? "channel";
}

function lifeOf(entry: SessionEntry): SessionRow {
  const lastAt = Math.max(entry.lastInteractionAt ?? 0, entry.lastActivityAt ?? 0);
  return {
    archived: entry.archivedAt !== undefined,
    pinned: entry.pinnedAt !== undefined,
    unread:
      entry.markedUnreadAt !== undefined || (entry.lastReadAt !== undefined && lastAt > entry.lastReadAt),
    ...present(entry, [
      "archivedAt",
      "archiveReason",
      "pinnedAt",
      "lastReadAt",
      "markedUnreadAt",
      "lastActivityAt",
      "lastInteractionAt",
      "systemSent",
      "abortedLastRun",
      "lastRunError",
    ]),
  };
}

function modelOf(entry: SessionEntry, model: RowModel | undefined): SessionRow {
  const provider = entry.providerOverride ?? model?.provider;
  const name = entry.modelOverride ?? model?.model;
  return {
    ...defined({ modelProvider: provider, model: name }),
    modelOverrideSource: entry.modelOverrideSource === "default" ? null : (entry.modelOverrideSource ?? null),
    runtimeSelectionLocked: false,
    agentRuntime: {
      id: "openclaw",
      cloudPlacementSupported: false,
      devicePlacementSupported: false,
      source: "implicit",
    },
  };
}

function tokensOf(entry: SessionEntry, model: RowModel | undefined): SessionRow {
  return {
    ...present(entry, ["inputTokens", "outputTokens", "totalTokens", "compactionCount"]),
    totalTokensFresh: entry.totalTokens !== undefined,
    ...defined({
      contextTokens: entry.contextTokens ?? model?.contextTokens,
      estimatedCostUsd: entry.costTotal,
    }),
  };
}

function settingsOf(entry: SessionEntry, queueMode: string): SessionRow {
  return {
    ...present(entry, [
      "thinkingLevel",
      "verboseLevel",
      "reasoningLevel",
      "elevatedLevel",
      "sendPolicy",
      "groupActivation",
      "responseUsage",
      "queueMode",
    ]),
    ...(entry.fastMode !== undefined && { fastMode: fastModeOf(entry.fastMode) }),
    effectiveFastMode: fastModeOf(entry.fastMode),
    effectiveFastModeSource: entry.fastMode === undefined ? "default" : "session",
    effectiveResponseUsage: entry.responseUsage ?? "off",
    effectiveQueueMode: entry.queueMode ?? queueMode,
  };
}

function fastModeOf(mode: string | undefined): boolean | "auto" {
  return mode === "auto" ? "auto" : mode === "on" || mode === "true";
}

type Status = NonNullable<SessionEntry["status"]>;
const STATUS: Readonly<Record<Status, string>> = {
  running: "running",
  done: "done",
  error: "failed",
  aborted: "killed",
  timeout: "timeout",
};

function liveOf(entry: SessionEntry, { activeRunIds }: LiveFacts): SessionRow {
  const isActive = activeRunIds.length > 0;
  // What is stored as running, and is not, was cut off when the gateway stopped.
  const stored = entry.status === "running" ? "error" : entry.status;
  const status = isActive ? "running" : stored === undefined ? undefined : STATUS[stored];
  const { startedAt, endedAt } = entry;
  return {
    hasActiveRun: isActive,
    activeRunIds,
    ...present(entry, ["startedAt", "lastRunId"]),
    ...defined({ status, endedAt: isActive ? undefined : endedAt }),
    ...(!isActive &&
      startedAt !== undefined &&
      endedAt !== undefined && { runtimeMs: Math.max(endedAt - startedAt, 0) }),
  };
}

function present(entry: SessionEntry, fields: readonly (keyof SessionEntry)[]): SessionRow {
  return defined(Object.fromEntries(fields.map((field) => [field, entry[field]])));
}

function defined(fields: Readonly<Record<string, unknown>>): SessionRow {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
