import type { ReadRange, SessionRecord, StoredEvent, TranscriptRepository } from "../../../store/index.ts";
import {
  HISTORY_DELTA_MAX_EVENTS,
  HISTORY_PAGE_DEFAULT,
  HISTORY_PAGE_MAX,
  HISTORY_PAGE_MAX_BYTES,
  HISTORY_TEXT_MAX_CHARS,
} from "../limits.ts";
import type { HistoryDelta, HistoryPage, HistoryQuery, WireMessage } from "../sessions.ts";
import { boundedMessage, placeholderFor, SHOWN_TYPES, wireMessage } from "../wire/index.ts";
import { generationOf, readCursor, writeCursor } from "./cursor.ts";

/** A stretch of a transcript that is shown as one: from one reset to the next. */
interface View {
  readonly sessionId: string;
  /** Events after this place. */
  readonly after: number;
  /** Events before this place; undefined to the end. */
  readonly before: number | undefined;
  readonly total: number;
  /** Messages before the view began. */
  readonly messagesBefore: number;
}

const OTHERS = SHOWN_TYPES.filter((type) => type !== "message");

/** Pages of what a session shows, newest first page, each page in order. */
export class History {
  readonly #transcripts: TranscriptRepository;

  constructor(transcripts: TranscriptRepository) {
    this.#transcripts = transcripts;
  }

  /** A page of the present view, or the surroundings of one message. Undefined for a transcript that is not the session's. */
  async page(record: SessionRecord, query: HistoryQuery): Promise<HistoryPage | undefined> {
    const sessionId = query.sessionId ?? record.sessionId;
    if (!(await this.#isOf(record, sessionId))) return undefined;
    return query.messageId === undefined
      ? this.#tail(record, await this.#view(sessionId), query)
      : this.#around(record, sessionId, query.messageId, query);
  }

  /** What came after a cursor; `reset` when the client must read anew. */
  async since(
    record: SessionRecord,
    cursor: string,
    query: Pick<HistoryQuery, "maxChars" | "maxBytes">,
  ): Promise<HistoryDelta> {
    const at = readCursor(cursor);
    if (at?.sessionId !== record.sessionId || at.generation !== generationOf(record))
      return { kind: "reset" };
    const events = await this.#transcripts.read(record.sessionId, {
      after: at.lastSeq,
      types: SHOWN_TYPES,
      limit: HISTORY_DELTA_MAX_EVENTS + 1,
    });
    if (events.length > HISTORY_DELTA_MAX_EVENTS) return { kind: "reset" };
    const messages = shown(events, record.sessionId, query);
    const fits = withinBytes(messages, query.maxBytes ?? HISTORY_PAGE_MAX_BYTES);
    if (fits.length < messages.length) return { kind: "reset" };
    return { kind: "delta", messages, deltaCursor: await this.#cursor(record) };
  }

  async #tail(record: SessionRecord, view: View, query: HistoryQuery): Promise<HistoryPage> {
    const offset = query.offset ?? 0;
    const limit = Math.min(query.limit ?? HISTORY_PAGE_DEFAULT, HISTORY_PAGE_MAX);
    const newer = offset === 0 ? [] : await this.#messages(view, { offset: offset - 1, limit: 1 });
    const found = await this.#messages(view, { offset, limit });
    const before = newer[0]?.seq ?? view.before;
    // What is not a message stands with the one before it; before the first of all it is the last page's.
    const isOldest = view.total <= offset + found.length;
    const after = isOldest ? view.after : (found[0]?.seq ?? view.after + 1) - 1;
    const others = await this.#read(view, { types: OTHERS, after, ...(before !== undefined && { before }) });
    const events = [...found, ...others].sort((a, b) => a.seq - b.seq);
    const messages = withinBytes(
      shown(events, view.sessionId, query),
      query.maxBytes ?? HISTORY_PAGE_MAX_BYTES,
    );
    const kept = messages.filter((message) => message["role"] !== "custom" && message["role"] !== "system");
    const next = offset + Math.max(kept.length, found.length > 0 ? 1 : 0);
    const hasMore = next < view.total;
    return {
      sessionId: view.sessionId,
      messages,
      hasMore,
      totalMessages: view.total,
      ...(hasMore && { nextOffset: next }),
      ...(offset === 0 && {
        deltaCursor: await this.#cursor(record),
        activeLeafEntryId: (await this.#transcripts.last(view.sessionId))?.event.id ?? null,
      }),
    };
  }

  async #around(
    record: SessionRecord,
    sessionId: string,
    messageId: string,
    query: HistoryQuery,
  ): Promise<HistoryPage> {
    const anchor = await this.#transcripts.find(sessionId, messageId);
    const present = await this.#view(sessionId);
    if (anchor === undefined) {
      return { sessionId, messages: [], hasMore: false, totalMessages: present.total };
    }
    const view = anchor.seq > present.after ? present : await this.#closedView(sessionId, anchor);
    const limit = Math.min(query.limit ?? HISTORY_PAGE_DEFAULT, HISTORY_PAGE_MAX);
    const older = await this.#read(view, {
      types: SHOWN_TYPES,
      before: anchor.seq,
      fromEnd: true,
      limit: Math.floor((limit - 1) / 2),
    });
    const newer = await this.#read(view, {
      types: SHOWN_TYPES,
      after: anchor.seq - 1,
      limit: limit - older.length,
    });
    const messages = shown([...older, ...newer], sessionId, query);
    const place = messages.findIndex((message) => idOf(message) === messageId);
    const bytes = query.maxBytes ?? HISTORY_PAGE_MAX_BYTES;
    const fits = withinBytes(messages, bytes);
    return {
      sessionId,
      // Too much for one page: what leads to the message, so that it is there in any case.
      messages: fits.length === messages.length ? messages : withinBytes(messages.slice(0, place + 1), bytes),
      hasMore: older.length > 0 && (older[0]?.messageSeq ?? 1) > view.messagesBefore + 1,
      totalMessages: view.total,
      ...(record.sessionId === sessionId && { deltaCursor: await this.#cursor(record) }),
    };
  }

  async #cursor(record: SessionRecord): Promise<string> {
    const { agentId, sessionId } = record;
    const about = await this.#transcripts.about(sessionId);
    return writeCursor({
      agentId,
      sessionId,
      generation: generationOf(record),
      lastSeq: about?.lastSeq ?? 0,
    });
  }

  async #isOf(record: SessionRecord, sessionId: string): Promise<boolean> {
    if (sessionId === record.sessionId) return true;
    return (await this.#transcripts.lives(record.key)).includes(sessionId);
  }

  /** From the last reset to the end. */
  async #view(sessionId: string): Promise<View> {
    const [reset, about] = await Promise.all([
      this.#transcripts.last(sessionId, "reset"),
      this.#transcripts.about(sessionId),
    ]);
    const after = reset?.seq ?? 0;
    return this.#between(sessionId, after, undefined, reset?.messageSeq ?? 0, about?.messages ?? 0);
  }

  /** The stretch between two resets that an older message is in. */
  async #closedView(sessionId: string, anchor: StoredEvent): Promise<View> {
    const resets = await this.#transcripts.read(sessionId, { types: ["reset"] });
    const end = resets.find(({ seq }) => seq > anchor.seq);
    const begin = resets.findLast(({ seq }) => seq < anchor.seq);
    return this.#between(
      sessionId,
      begin?.seq ?? 0,
      end?.seq,
      begin?.messageSeq ?? 0,
      end?.messageSeq ?? anchor.messageSeq,
    );
  }

  async #between(
    sessionId: string,
    after: number,
    before: number | undefined,
    messagesBefore: number,
    messagesTo: number,
  ): Promise<View> {
    // What was trimmed away is counted in the numbers of messages, but is not there.
    const [first] = await this.#transcripts.read(sessionId, { types: ["message"], after, limit: 1 });
    const gone = first === undefined ? messagesTo : first.messageSeq - 1;
    const start = Math.max(messagesBefore, gone);
    return { sessionId, after, before, total: Math.max(messagesTo - start, 0), messagesBefore: start };
  }

  #messages(view: View, page: { offset: number; limit: number }): Promise<readonly StoredEvent[]> {
    return this.#read(view, { types: ["message"], fromEnd: true, ...page });
  }

  #read(view: View, range: ReadRange): Promise<readonly StoredEvent[]> {
    const before = Math.min(range.before ?? Infinity, view.before ?? Infinity);
    return this.#transcripts.read(view.sessionId, {
      ...range,
      after: Math.max(range.after ?? 0, view.after),
      ...(Number.isFinite(before) && { before }),
    });
  }
}

function shown(
  events: readonly StoredEvent[],
  sessionId: string,
  { maxChars = HISTORY_TEXT_MAX_CHARS }: Pick<HistoryQuery, "maxChars">,
): WireMessage[] {
  return events.flatMap((stored) => {
    const message = wireMessage(stored, stored.messageSeq, sessionId);
    return message === undefined ? [] : [boundedMessage(message, maxChars)];
  });
}

/** The last messages that fit; the very last is replaced when it does not fit even alone. */
function withinBytes(messages: readonly WireMessage[], maxBytes: number): readonly WireMessage[] {
  let left = maxBytes;
  let first = messages.length;
  while (first > 0) {
    const message = messages[first - 1];
    left -= Buffer.byteLength(JSON.stringify(message)) + 1;
    if (left < 0) break;
    first -= 1;
  }
  const last = messages.at(-1);
  if (first === messages.length && last !== undefined) return [placeholderFor(last)];
  return first === 0 ? messages : messages.slice(first);
}

function idOf(message: WireMessage): unknown {
  const own = message["__openclaw"];
  return typeof own === "object" && own !== null ? Reflect.get(own, "id") : undefined;
}
