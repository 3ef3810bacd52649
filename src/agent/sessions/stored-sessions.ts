import type { Message } from "@earendil-works/pi-ai";
import type { OpenClawConfig } from "../../config/index.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Ids } from "../../lib/ids.ts";
import type { SessionKey } from "../../protocol/index.ts";
import type {
  Repositories,
  SessionEntryPatch,
  SessionQuery,
  SessionRecord,
  StoredEvent,
  TranscriptEvent,
} from "../../store/index.ts";
import { contextOf } from "./context/index.ts";
import { freshEntry, freshLife, noteOfEntering } from "./entry.ts";
import { generationOf, Glimpses, History } from "./history/index.ts";
import { canonicalKey, factsOf, keyFrom, mainRest, type SessionConfig } from "./keys/index.ts";
import { MESSAGE_TEXT_MAX_CHARS } from "./limits.ts";
import { chatTypeOf, expiredTimer, maySend, resetPolicyOf } from "./policy/index.ts";
import type {
  AuthoredMessage,
  Entered,
  EnterRequest,
  HistoryDelta,
  HistoryPage,
  HistoryQuery,
  LiveFacts,
  PreviewItem,
  RowModel,
  SearchHit,
  SessionRow,
  Sessions,
  WireMessage,
} from "./sessions.ts";
import { changesSettings, settingEvents } from "./setting-events.ts";
import { boundedMessage, rowOf, wireMessage } from "./wire/index.ts";

/** What the sessions are made from. */
export interface SessionsDeps {
  readonly store: Pick<Repositories, "sessions" | "transcripts">;
  readonly clock: Clock;
  readonly ids: Ids;
  /** The configuration in force. */
  readonly config: () => OpenClawConfig;
  /** The agent that bare keys belong to. */
  readonly defaultAgentId: () => string;
  /** The model an agent answers with unless a session has another; undefined when it is not known yet. */
  readonly modelOf: (agentId: string) => RowModel | undefined;
}

/** The conversations as the store holds them. */
export class StoredSessions implements Sessions {
  readonly #deps: SessionsDeps;
  readonly #history: History;
  readonly #glimpses: Glimpses;

  constructor(deps: SessionsDeps) {
    this.#deps = deps;
    this.#history = new History(deps.store.transcripts);
    this.#glimpses = new Glimpses(deps.store.transcripts);
  }

  canonical(key: string, agentId?: string): SessionKey {
    return canonicalKey(key, agentId?.toLowerCase() ?? this.#deps.defaultAgentId(), mainRest(this.#config));
  }

  agentOf(key: SessionKey): string {
    return factsOf(key).agentId;
  }

  main(agentId: string): SessionKey {
    return keyFrom(agentId, mainRest(this.#config));
  }

  isGroup(record: Pick<SessionRecord, "key" | "entry">): boolean {
    return chatTypeOf(record) !== "direct";
  }

  get(key: SessionKey): Promise<SessionRecord | undefined> {
    return this.#store.sessions.get(key);
  }

  bySessionId(sessionId: string): Promise<SessionRecord | undefined> {
    return this.#store.sessions.bySessionId(sessionId);
  }

  list(query: SessionQuery): Promise<{ readonly rows: readonly SessionRecord[]; readonly total: number }> {
    return this.#store.sessions.list(query);
  }

  async enter(request: EnterRequest): Promise<Entered> {
    const { key, agentId } = request;
    const now = this.#deps.clock.now();
    const sessionId = this.#deps.ids.uuid();
    const entry = freshEntry(request, now);
    const opened = await this.#store.sessions.open(key, { agentId, sessionId, entry });
    if (opened.created) return { ...opened, renewed: undefined };
    const { record } = opened;
    // A turn of the gateway itself says nothing about whether a person has been away.
    const policy = resetPolicyOf(record, this.#config);
    const expired = request.internal === true ? undefined : expiredTimer(record, policy, now);
    const note = noteOfEntering(request, record, now);
    if (expired !== undefined) {
      const life = { ...freshLife(record.entry, now), ...note };
      const renewed = await this.#store.sessions.renew(key, sessionId, life);
      if (renewed !== undefined) return { record: renewed, created: false, renewed: expired };
    }
    const noted = await this.#store.sessions.patch(key, note);
    return { record: noted ?? record, created: false, renewed: undefined };
  }

  async patch(key: SessionKey, patch: SessionEntryPatch): Promise<SessionRecord | undefined> {
    const record = changesSettings(patch) ? await this.get(key) : undefined;
    if (record === undefined) return this.#store.sessions.patch(key, patch);
    const events = settingEvents(record.entry, patch, {
      standard: this.#deps.modelOf(record.agentId),
      id: () => this.#deps.ids.uuid(),
      timestamp: new Date(this.#deps.clock.now()).toISOString(),
    });
    if (events.length === 0) return this.#store.sessions.patch(key, patch);
    const { sessionId } = record;
    const appended = await this.#store.transcripts.append({ key, sessionId, events, entry: patch });
    // Undefined: a new transcript was begun meanwhile, and its answers need no word about a change.
    return appended?.record ?? this.#store.sessions.patch(key, patch);
  }

  async reset(key: SessionKey, reason: "new" | "reset"): Promise<SessionRecord | undefined> {
    const record = await this.get(key);
    if (record === undefined) return undefined;
    const { sessionId } = record;
    const now = this.#deps.clock.now();
    const event: TranscriptEvent = {
      type: "reset",
      id: this.#deps.ids.uuid(),
      timestamp: new Date(now).toISOString(),
      reason,
    };
    const entry = freshLife(record.entry, now);
    const appended = await this.#store.transcripts.append({ key, sessionId, events: [event], entry });
    // Undefined: its timer ran out at the same moment, so it is new already.
    return appended?.record ?? this.get(key);
  }

  remove(key: SessionKey, options: { readonly transcripts: boolean }): Promise<boolean> {
    return this.#store.sessions.remove(key, options);
  }

  async keepLast(key: SessionKey, lines: number): Promise<number | undefined> {
    const record = await this.get(key);
    if (record === undefined) return undefined;
    const [first] = await this.#store.transcripts.read(record.sessionId, {
      fromEnd: true,
      limit: 1,
      offset: lines,
    });
    if (first === undefined) return 0;
    const gone = await this.#store.transcripts.trim(record.sessionId, first.seq);
    // Clients hold pages that no longer exist.
    await this.patch(key, { lifecycleRevision: Number(generationOf(record)) + 1 });
    return gone;
  }

  context(record: SessionRecord): Promise<readonly (Message | AuthoredMessage)[]> {
    return contextOf(this.#store.transcripts, record.sessionId);
  }

  wireMessage(stored: StoredEvent, messageSeq: number, sessionId?: string): WireMessage | undefined {
    return wireMessage(stored, messageSeq, sessionId);
  }

  row(record: SessionRecord | Pick<SessionRecord, "key">, live: LiveFacts): SessionRow {
    return rowOf(record, {
      now: this.#deps.clock.now(),
      session: this.#config,
      queueMode: this.#deps.config().messages?.queue?.mode ?? "steer",
      model: live.model ?? this.#deps.modelOf(this.agentOf(record.key)),
      live,
    });
  }

  history(record: SessionRecord, query: HistoryQuery): Promise<HistoryPage | undefined> {
    return this.#history.page(record, query);
  }

  historySince(
    record: SessionRecord,
    cursor: string,
    query: Pick<HistoryQuery, "maxChars" | "maxBytes">,
  ): Promise<HistoryDelta> {
    return this.#history.since(record, cursor, query);
  }

  async message(
    record: SessionRecord,
    messageId: string,
    maxChars: number = MESSAGE_TEXT_MAX_CHARS,
  ): Promise<WireMessage | undefined> {
    const lives = await this.#store.transcripts.lives(record.key);
    for (const sessionId of lives.toReversed()) {
      const stored = await this.#store.transcripts.find(sessionId, messageId);
      const message = stored && wireMessage(stored, stored.messageSeq, sessionId);
      if (message !== undefined) return boundedMessage(message, maxChars);
    }
    return undefined;
  }

  preview(
    record: SessionRecord,
    options: { readonly limit?: number; readonly maxChars?: number },
  ): Promise<readonly PreviewItem[]> {
    return this.#glimpses.preview(record.sessionId, options);
  }

  titles(
    record: SessionRecord,
    wanted: { readonly title: boolean; readonly lastMessage: boolean },
  ): Promise<{ readonly derivedTitle?: string; readonly lastMessagePreview?: string }> {
    return this.#glimpses.titles(record, wanted);
  }

  search(
    words: string,
    options: { readonly agentId?: string; readonly keys?: readonly SessionKey[]; readonly limit?: number },
  ): Promise<readonly SearchHit[]> {
    return this.#glimpses.search(words, options);
  }

  maySend(record: Pick<SessionRecord, "key" | "entry">): boolean {
    return maySend(record, this.#config?.sendPolicy);
  }

  get #store(): SessionsDeps["store"] {
    return this.#deps.store;
  }

  get #config(): SessionConfig | undefined {
    return this.#deps.config().session;
  }
}
