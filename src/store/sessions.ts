import type { SessionKey } from "../protocol/index.ts";

/** What kind of chat a session belongs to. */
export type ChatType = "direct" | "group" | "room";

/** How a turn that came from outside is answered: where the conversation was last seen. */
export interface SessionRoute {
  readonly channel: string;
  readonly to?: string;
  readonly accountId?: string;
  readonly threadId?: string;
}

/** Who did something to a session. */
export interface SessionActor {
  readonly type: "human" | "agent" | "system";
  readonly id: string;
  readonly label?: string;
}

/**
 * What is remembered of a session besides its transcript; the names are those of the original's session entry, so that
 * its stores can be imported and its clients read ours. Every field is optional: an absent one is the default.
 */
export interface SessionEntry {
  readonly chatType?: ChatType;
  readonly groupId?: string;
  readonly subject?: string;
  readonly displayName?: string;
  readonly label?: string;
  readonly autoLabel?: string;
  /** Who opened it, for example `chat.send`, `telegram`, `openai`. */
  readonly createdVia?: string;
  /** Whose message or act it was. */
  readonly createdBy?: SessionActor;
  readonly parentSessionKey?: SessionKey;
  readonly spawnedBy?: SessionKey;
  readonly lastRoute?: SessionRoute;
  /** Epoch ms; the daily reset looks at the start, the idle reset at the last interaction. */
  readonly sessionStartedAt?: number;
  readonly lastInteractionAt?: number;
  readonly lastActivityAt?: number;
  readonly lastReadAt?: number;
  readonly markedUnreadAt?: number;
  readonly pinnedAt?: number;
  readonly archivedAt?: number;
  /** `manual`, or the rule of maintenance that did it. */
  readonly archiveReason?: string;
  readonly status?: "running" | "done" | "error" | "aborted" | "timeout";
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly lastRunId?: string;
  readonly abortedLastRun?: boolean;
  /** Why the last run failed, for a person. */
  readonly lastRunError?: string;
  readonly systemSent?: boolean;
  /** Counts up with every reset, so that writers of an older life are recognised. */
  readonly lifecycleRevision?: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly totalTokens?: number;
  readonly contextTokens?: number;
  readonly costTotal?: number;
  readonly compactionCount?: number;
  readonly thinkingLevel?: string;
  readonly fastMode?: string;
  readonly verboseLevel?: string;
  readonly reasoningLevel?: string;
  readonly elevatedLevel?: string;
  readonly sendPolicy?: "allow" | "deny";
  readonly groupActivation?: "mention" | "always";
  readonly responseUsage?: "off" | "tokens" | "full";
  readonly queueMode?: QueueMode;
  readonly queueDebounceMs?: number;
  readonly queueCap?: number;
  readonly queueDrop?: QueueDrop;
  readonly providerOverride?: string;
  readonly modelOverride?: string;
  /** Who set the override: a person's choice is strict (no fallback). */
  readonly modelOverrideSource?: "user" | "auto" | "default";
  readonly authProfileOverride?: string;
  readonly authProfileOverrideSource?: "user" | "auto";
}

/** What happens to a message that arrives while the session is busy. */
export type QueueMode = "steer" | "followup" | "collect" | "interrupt";
/** What gives way when the queue is full. */
export type QueueDrop = "summarize" | "old" | "new";

/** One conversation as it is stored. */
export interface SessionRecord {
  readonly key: SessionKey;
  readonly agentId: string;
  /** Names the transcript in use; a fresh one begins a new life of the same key. */
  readonly sessionId: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly entry: SessionEntry;
}

/** A change to an entry: `null` clears a field, an absent one stays. */
export type SessionEntryPatch = { readonly [K in keyof SessionEntry]?: SessionEntry[K] | null };

export interface SessionQuery {
  readonly agentId?: string;
  /** Substring of key, label, display name or subject, case-insensitive. */
  readonly search?: string;
  /** Only archived ones, or only the others; both unless told. */
  readonly archived?: boolean;
  readonly keyPrefix?: string;
  /** Only those with activity since then, epoch ms. */
  readonly activeSince?: number;
  /** Newest activity first unless told. */
  readonly sortBy?: "updated" | "created" | "key";
  readonly limit?: number;
  readonly offset?: number;
}

/** The conversations of all agents. */
export interface SessionRepository {
  get(key: SessionKey): Promise<SessionRecord | undefined>;
  /** The session whose transcript has this id: the present one, or one of an earlier life. */
  bySessionId(sessionId: string): Promise<SessionRecord | undefined>;
  list(query: SessionQuery): Promise<{ readonly rows: readonly SessionRecord[]; readonly total: number }>;
  count(agentId?: string): Promise<number>;
  /** The session of a key, created with `entry` when it is new. @throws StoreError */
  open(
    key: SessionKey,
    fresh: { readonly agentId: string; readonly sessionId: string; readonly entry: SessionEntry },
  ): Promise<{ readonly record: SessionRecord; readonly created: boolean }>;
  /** Undefined when there is no such session, or it is no longer on `expectedSessionId`. @throws StoreError */
  patch(
    key: SessionKey,
    patch: SessionEntryPatch,
    expectedSessionId?: string,
  ): Promise<SessionRecord | undefined>;
  /** Begins a new transcript for the key; the old one stays readable by its session id. @throws StoreError */
  renew(key: SessionKey, sessionId: string, patch: SessionEntryPatch): Promise<SessionRecord | undefined>;
  /** Removes the session, and its transcripts too when asked. False when there was none. @throws StoreError */
  remove(key: SessionKey, options: { readonly transcripts: boolean }): Promise<boolean>;
}
