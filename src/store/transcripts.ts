import type { SessionKey } from "../protocol/index.ts";
import type { SessionEntryPatch, SessionRecord } from "./sessions.ts";

/**
 * One line of a transcript in the original's JSONL format: `session` first, then a tree of `message`, `compaction`,
 * `model_change`, `thinking_level_change`, `custom`, `custom_message`, `branch_summary` and `reset` events.
 */
export interface TranscriptEvent {
  readonly type: string;
  readonly id: string;
  readonly parentId?: string | null;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly [field: string]: unknown;
}

/** An event with its place: `seq` counts from 1 in its transcript, without gaps. */
export interface StoredEvent {
  readonly seq: number;
  /** How many events of type `message` the transcript has up to here, this one included: the `messageSeq` of clients. */
  readonly messageSeq: number;
  readonly event: TranscriptEvent;
}

/** What one model call used and cost; written with the message it belongs to. */
export interface UsageRecord {
  readonly at: number;
  readonly agentId: string;
  readonly sessionKey: SessionKey;
  readonly sessionId: string;
  readonly runId: string;
  readonly provider: string;
  readonly model: string;
  readonly channel: string;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly totalTokens: number;
  /** US dollars; absent when the price of the model is not known. */
  readonly cost?: {
    readonly input: number;
    readonly output: number;
    readonly cacheRead: number;
    readonly cacheWrite: number;
    readonly total: number;
  };
  readonly durationMs?: number;
}

export interface AppendRequest {
  readonly key: SessionKey;
  /** Refused (undefined) when the session has moved on to another transcript: its writer is of an older life. */
  readonly sessionId: string;
  /**
   * Those without a `parentId` follow whatever is newest when they are written, then each other. An event whose id is
   * there already is left out, so a repeat changes nothing.
   */
  readonly events: readonly TranscriptEvent[];
  readonly entry?: SessionEntryPatch;
  readonly usage?: readonly UsageRecord[];
}

export interface Appended {
  /** Those that were new. */
  readonly events: readonly StoredEvent[];
  readonly record: SessionRecord;
}

export interface ReadRange {
  /** Events with `seq` greater than this. */
  readonly after?: number;
  /** Events with `seq` less than this. */
  readonly before?: number;
  readonly limit?: number;
  /** The last ones of the range (still in order) instead of the first. */
  readonly fromEnd?: boolean;
  /** Leaves out so many, from the side that `limit` counts from. */
  readonly offset?: number;
  /** Only events of these types. */
  readonly types?: readonly string[];
}

/** A transcript as a whole. */
export interface TranscriptFacts {
  readonly sessionId: string;
  readonly sessionKey: SessionKey;
  readonly agentId: string;
  /** Epoch ms. */
  readonly startedAt: number;
  /** Place of the newest event; 0 for none. */
  readonly lastSeq: number;
  /** Events of type `message` that were written to it. */
  readonly messages: number;
}

export interface TranscriptHit {
  readonly sessionKey: SessionKey;
  readonly sessionId: string;
  readonly seq: number;
  readonly eventId: string;
  readonly at: number;
  readonly role: string;
  /** How well it fits; larger is better. */
  readonly score: number;
  /** Text around the words found. */
  readonly snippet: string;
}

/** A transcript as it was kept elsewhere. */
export interface ForeignTranscript {
  readonly sessionId: string;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly events: readonly TranscriptEvent[];
  readonly usage: readonly UsageRecord[];
}

/** What became of a session that was taken over. */
export interface Adopted {
  /** False when the key was there already: its entry stays, and what came is an earlier life of it. */
  readonly created: boolean;
  /** Ids of transcripts that were not there yet. */
  readonly transcripts: readonly string[];
}

/** Append-only transcripts of all sessions. */
export interface TranscriptRepository {
  /** Events, entry and usage in one transaction. @throws StoreError */
  append(request: AppendRequest): Promise<Appended | undefined>;
  /**
   * Takes over a session from elsewhere with its times and transcripts; what is here already is left as it is, so that a
   * repeat changes nothing. @throws StoreError
   */
  adopt(session: SessionRecord, transcripts: readonly ForeignTranscript[]): Promise<Adopted>;
  read(sessionId: string, range?: ReadRange): Promise<readonly StoredEvent[]>;
  find(sessionId: string, eventId: string): Promise<StoredEvent | undefined>;
  /** The newest event of a type, for example the last `compaction`. */
  last(sessionId: string, type?: string): Promise<StoredEvent | undefined>;
  count(sessionId: string, types?: readonly string[]): Promise<number>;
  /** Sessions ids of a key, oldest first: its earlier lives and the present one. */
  lives(key: SessionKey): Promise<readonly string[]>;
  /** What is known of a transcript without reading it. */
  about(sessionId: string): Promise<TranscriptFacts | undefined>;
  /** Full-text search over what people and agents said, best first. */
  search(
    words: string,
    options: { readonly agentId?: string; readonly keys?: readonly SessionKey[]; readonly limit: number },
  ): Promise<readonly TranscriptHit[]>;
  /** Removes events up to and including `seq`; for `sessions.compact` with `maxLines`. Returns how many went. */
  trim(sessionId: string, seq: number): Promise<number>;
}

export interface UsageQuery {
  /** Epoch ms, inclusive and exclusive. */
  readonly from: number;
  readonly to: number;
  readonly agentId?: string;
  readonly sessionKey?: SessionKey;
  readonly sessionId?: string;
}

/** One group of usage; `bucket` is what it was grouped by. */
export interface UsageSum {
  readonly bucket: string;
  readonly calls: number;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly totalTokens: number;
  readonly cost: {
    readonly input: number;
    readonly output: number;
    readonly cacheRead: number;
    readonly cacheWrite: number;
    readonly total: number;
  };
  /** Calls whose price was not known. */
  readonly missingCost: number;
}

/** Calls of one session with one model in one quarter of an hour. */
export interface UsageGroup extends Omit<UsageSum, "bucket"> {
  /** Epoch ms at which the quarter begins; time zones differ by quarters, so days of any of them can be made of these. */
  readonly quarter: number;
  readonly sessionKey: SessionKey;
  readonly agentId: string;
  readonly channel: string;
  readonly provider: string;
  readonly model: string;
  /** Epoch ms of the first and the last call. */
  readonly firstAt: number;
  readonly lastAt: number;
}

/** Messages of one kind in one session and one quarter of an hour. */
export interface MessageGroup {
  readonly quarter: number;
  readonly sessionKey: SessionKey;
  readonly role: string;
  /** Of results: which tool; empty otherwise. */
  readonly tool: string;
  readonly messages: number;
  readonly toolCalls: number;
  readonly errors: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

export interface UsageRepository {
  /** Sums by local day (`YYYY-MM-DD`, offset in minutes east of UTC), model, provider, agent, channel or session. */
  sum(
    query: UsageQuery,
    by: "day" | "hour" | "model" | "provider" | "agent" | "channel" | "session" | "all",
    utcOffsetMinutes?: number,
  ): Promise<readonly UsageSum[]>;
  /** Sums fine enough for every report, in order of time. */
  groups(query: UsageQuery): Promise<readonly UsageGroup[]>;
  /** The same of messages, whoever wrote them and whatever they cost. */
  messageGroups(query: UsageQuery): Promise<readonly MessageGroup[]>;
  /** How long single calls took, in order of time; calls that do not tell are left out. */
  durations(query: UsageQuery): Promise<readonly { readonly at: number; readonly durationMs: number }[]>;
  /** Single calls, newest first. */
  calls(query: UsageQuery, page: { limit: number; offset: number }): Promise<readonly UsageRecord[]>;
}
