import type { Message, UserMessage } from "@earendil-works/pi-ai";
import type { SessionKey } from "../../protocol/index.ts";
import type {
  SessionEntryPatch,
  SessionQuery,
  SessionRecord,
  SessionRoute,
  StoredEvent,
} from "../../store/index.ts";
import type { Sender } from "../sender.ts";

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

/** Who wrote a message of the conversation, as the transcript keeps it. */
export interface Author {
  /** Empty when it is not known. */
  readonly id: string;
  readonly name?: string;
  readonly username?: string;
  readonly isOwner: boolean;
  /** One of many on a chat channel; everybody else is the operator, or a program that speaks for them. */
  readonly isOnChannel: boolean;
  /** What the channel calls the message. */
  readonly messageId?: string;
  /** What the group it was said in calls itself. */
  readonly chatTitle?: string;
}

/** A message of a person. The author is not for models: whoever sends it on says the name in the text, and drops the field. */
export interface AuthoredMessage extends UserMessage {
  readonly author: Author;
}

/** A session as lists and events show it. */
export type SessionRow = Readonly<Record<string, unknown>>;

/** The model of a session as far as its row tells it. */
export interface RowModel {
  readonly provider: string;
  readonly model: string;
  readonly contextTokens?: number;
}

/** Somebody's words in a preview. */
export interface PreviewItem {
  readonly role: "user" | "assistant";
  readonly text: string;
}

/** What lives only in memory about a session. */
export interface LiveFacts {
  readonly activeRunIds: readonly string[];
  /** The model the session has now; the default of its agent unless told. */
  readonly model?: RowModel;
}

/** Which part of a conversation is wanted. */
export interface HistoryQuery {
  /** Most messages, 200 unless told. */
  readonly limit?: number;
  /** Newest messages to leave out. */
  readonly offset?: number;
  /** The surroundings of this message instead, also from before a reset. */
  readonly messageId?: string;
  /** An earlier life of the session instead of the present one. */
  readonly sessionId?: string;
  /** Characters of one text. */
  readonly maxChars?: number;
  /** Bytes of all messages as JSON. */
  readonly maxBytes?: number;
}

/** A page of a conversation, in order: what `chat.history` answers, without what only the gateway knows. */
export interface HistoryPage {
  readonly sessionId: string;
  readonly messages: readonly WireMessage[];
  readonly hasMore: boolean;
  readonly totalMessages: number;
  readonly nextOffset?: number;
  /** With the newest page: where the next question can go on. */
  readonly deltaCursor?: string;
  readonly activeLeafEntryId?: string | null;
}

/** What is new since a cursor; `reset` when the page must be read anew. */
export type HistoryDelta =
  | {
      readonly kind: "delta";
      readonly messages: readonly WireMessage[];
      readonly deltaCursor: string;
    }
  | { readonly kind: "reset" };

/** A place where somebody said the words looked for. */
export interface SearchHit {
  readonly sessionKey: SessionKey;
  readonly sessionId: string;
  readonly messageId: string;
  readonly role: "user" | "assistant";
  /** Epoch ms. */
  readonly timestamp: number;
  readonly snippet: string;
  readonly score: number;
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
  /** The session one of whose transcripts has this id. */
  bySessionId(sessionId: string): Promise<SessionRecord | undefined>;
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
   * Keeps the last `lines` events of the transcript and drops the older ones; the number that went, undefined when there
   * is no such session. @throws StoreError
   */
  keepLast(key: SessionKey, lines: number): Promise<number | undefined>;

  /**
   * What the model sees of the conversation: everything since the last reset, with a compaction's summary in place of
   * what it replaced, tool calls and results always paired, messages of people with their authors.
   */
  context(record: SessionRecord): Promise<readonly (Message | AuthoredMessage)[]>;
  /**
   * A transcript message for clients; undefined for events that are not shown. `messageSeq` counts messages from 1 (see
   * `StoredEvent`); with `sessionId` clients can tell its transcript from others.
   */
  wireMessage(stored: StoredEvent, messageSeq: number, sessionId?: string): WireMessage | undefined;
  /** The row for lists and events; of a session that does not exist yet only its key is known. */
  row(record: SessionRecord | Pick<SessionRecord, "key">, live: LiveFacts): SessionRow;
  /** A page of the conversation; undefined when `sessionId` is of another session. @throws StoreError */
  history(record: SessionRecord, query: HistoryQuery): Promise<HistoryPage | undefined>;
  /** What came after a `deltaCursor`. @throws StoreError */
  historySince(
    record: SessionRecord,
    cursor: string,
    query: Pick<HistoryQuery, "maxChars" | "maxBytes">,
  ): Promise<HistoryDelta>;
  /** One message whole, as far as `maxChars` goes; undefined when there is none of that id to show. @throws StoreError */
  message(record: SessionRecord, messageId: string, maxChars?: number): Promise<WireMessage | undefined>;
  /** The last words of a conversation. @throws StoreError */
  preview(
    record: SessionRecord,
    options: { readonly limit?: number; readonly maxChars?: number },
  ): Promise<readonly PreviewItem[]>;
  /** `derivedTitle` and `lastMessagePreview` of a row, each as far as wanted and known. @throws StoreError */
  titles(
    record: SessionRecord,
    wanted: { readonly title: boolean; readonly lastMessage: boolean },
  ): Promise<{ readonly derivedTitle?: string; readonly lastMessagePreview?: string }>;
  /** Where words were said, best first; archived sessions too. @throws StoreError */
  search(
    words: string,
    options: { readonly agentId?: string; readonly keys?: readonly SessionKey[]; readonly limit?: number },
  ): Promise<readonly SearchHit[]>;
  /** False when the send policy forbids answers to the session's chat. */
  maySend(record: Pick<SessionRecord, "key" | "entry">): boolean;
}
