import type { Message } from "@earendil-works/pi-ai";
import type { SessionKey } from "../../protocol/index.ts";
import type {
  SessionEntryPatch,
  SessionQuery,
  SessionRecord,
  SessionRoute,
  StoredEvent,
} from "../../store/index.ts";
import type { Sender } from "../sender.ts";

/** A session key that cannot be one; the message says why. */
export class InvalidSessionKeyError extends Error {}

/** Why a session began a new life. */
export type RenewReason = "daily" | "idle" | "new" | "reset";

export interface EnterRequest {
  readonly key: SessionKey;
  readonly agentId: string;
  readonly createdVia: string;
  readonly sender: Sender;
  readonly route?: SessionRoute;
  /** Heartbeats and the like: does not count as an interaction of a person. */
  readonly internal?: boolean;
}

export interface Entered {
  readonly record: SessionRecord;
  readonly created: boolean;
  /** Set when a reset timer had run out: the message opens a new transcript. */
  readonly renewed: RenewReason | undefined;
}

/** A message as `chat.history` and `session.message` show it, with `__openclaw {id, seq, …}`. */
export type WireMessage = Readonly<Record<string, unknown>>;

/** A session as lists and events show it. */
export type SessionRow = Readonly<Record<string, unknown>>;

/** What lives only in memory about a session. */
export interface LiveFacts {
  readonly activeRunIds: readonly string[];
}

/** The conversations: keys, lives, transcripts, what clients see of them. */
export interface Sessions {
  /**
   * The canonical key of what a client sent: `main` and bare keys belong to `agentId` (or the default agent), ids are
   * lower case. @throws InvalidSessionKeyError
   */
  canonical(key: string, agentId?: string): SessionKey;
  agentOf(key: SessionKey): string;
  /** Key of an agent's main conversation. */
  main(agentId: string): SessionKey;
  isGroup(record: { readonly key: SessionKey; readonly entry: { readonly chatType?: string } }): boolean;

  get(key: SessionKey): Promise<SessionRecord | undefined>;
  list(query: SessionQuery): Promise<{ readonly rows: readonly SessionRecord[]; readonly total: number }>;
  /** The session a turn goes to; created, or begun anew when its reset timer has run out. @throws StoreError */
  enter(request: EnterRequest): Promise<Entered>;
  /** @throws StoreError */
  patch(key: SessionKey, patch: SessionEntryPatch): Promise<SessionRecord | undefined>;
  /**
   * `/new` and `/reset`: the session id stays, a `reset` event ends what the model sees, the revision goes up.
   * Undefined when there is no such session. @throws StoreError
   */
  reset(key: SessionKey, reason: "new" | "reset"): Promise<SessionRecord | undefined>;
  /** @throws StoreError */
  remove(key: SessionKey, options: { readonly transcripts: boolean }): Promise<boolean>;

  /**
   * What the model sees of the conversation: everything since the last reset, with a compaction's summary in place of
   * what it replaced, tool calls and results always paired.
   */
  context(record: SessionRecord): Promise<readonly Message[]>;
  /** A transcript message for clients; undefined for events that are not shown. `messageSeq` counts shown messages from 1. */
  wireMessage(stored: StoredEvent, messageSeq: number): WireMessage | undefined;
  /** The row for lists and events. */
  row(record: SessionRecord, live: LiveFacts): SessionRow;
  /** False when the send policy forbids answers to the session's chat. */
  maySend(record: SessionRecord): boolean;
}
