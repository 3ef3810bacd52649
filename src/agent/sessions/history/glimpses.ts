import type { SessionKey } from "../../../protocol/index.ts";
import type { SessionRecord, StoredEvent, TranscriptRepository } from "../../../store/index.ts";
import {
  LAST_MESSAGE_MAX_CHARS,
  PREVIEW_ITEMS_DEFAULT,
  PREVIEW_ITEMS_MAX,
  PREVIEW_TEXT_DEFAULT_CHARS,
  PREVIEW_TEXT_MAX_CHARS,
  SEARCH_HITS_DEFAULT,
  SEARCH_HITS_MAX,
  TITLE_LOOK_EVENTS,
  TITLE_MAX_CHARS,
} from "../limits.ts";
import type { PreviewItem, SearchHit } from "../sessions.ts";
import { previewItem, titleFrom } from "../wire/index.ts";

/** Tool calls and results stand between what is said; so many events are looked at for each line of a preview. */
const EVENTS_PER_ITEM = 6;

/** Short looks into transcripts: titles, last words, places where something was said. */
export class Glimpses {
  readonly #transcripts: TranscriptRepository;

  constructor(transcripts: TranscriptRepository) {
    this.#transcripts = transcripts;
  }

  async preview(
    sessionId: string,
    { limit, maxChars }: { readonly limit?: number; readonly maxChars?: number },
  ): Promise<readonly PreviewItem[]> {
    const items = Math.min(limit ?? PREVIEW_ITEMS_DEFAULT, PREVIEW_ITEMS_MAX);
    const chars = Math.min(maxChars ?? PREVIEW_TEXT_DEFAULT_CHARS, PREVIEW_TEXT_MAX_CHARS);
    const events = await this.#tail(sessionId, items * EVENTS_PER_ITEM);
    return events.flatMap((stored) => previewItem(stored, chars) ?? []).slice(-items);
  }

  async titles(
    record: SessionRecord,
    { title, lastMessage }: { readonly title: boolean; readonly lastMessage: boolean },
  ): Promise<{ readonly derivedTitle?: string; readonly lastMessagePreview?: string }> {
    const derivedTitle = title ? await this.#title(record) : undefined;
    const [last] = lastMessage
      ? await this.preview(record.sessionId, { limit: 1, maxChars: LAST_MESSAGE_MAX_CHARS })
      : [];
    return {
      ...(derivedTitle !== undefined && { derivedTitle }),
      ...(last !== undefined && { lastMessagePreview: last.text.replaceAll(/\s+/g, " ") }),
    };
  }

  async search(
    words: string,
    {
      agentId,
      keys,
      limit,
    }: { readonly agentId?: string; readonly keys?: readonly SessionKey[]; readonly limit?: number },
  ): Promise<readonly SearchHit[]> {
    const hits = await this.#transcripts.search(words, {
      ...(agentId !== undefined && { agentId }),
      ...(keys !== undefined && { keys }),
      limit: Math.min(limit ?? SEARCH_HITS_DEFAULT, SEARCH_HITS_MAX),
    });
    return hits.map((hit) => ({
      sessionKey: hit.sessionKey,
      sessionId: hit.sessionId,
      messageId: hit.eventId,
      role: hit.role === "user" ? "user" : "assistant",
      timestamp: hit.at,
      snippet: hit.snippet,
      score: hit.score,
    }));
  }

  async #title({ entry, sessionId }: SessionRecord): Promise<string | undefined> {
    const named = [entry.label, entry.displayName, entry.subject, entry.autoLabel].find((name) =>
      name?.trim(),
    );
    if (named !== undefined) return named.trim();
    const after = (await this.#transcripts.last(sessionId, "reset"))?.seq ?? 0;
    const events = await this.#transcripts.read(sessionId, {
      after,
      types: ["message"],
      limit: TITLE_LOOK_EVENTS,
    });
    for (const stored of events) {
      const item = previewItem(stored, PREVIEW_TEXT_MAX_CHARS);
      const title = item?.role === "user" ? titleFrom(item.text, TITLE_MAX_CHARS) : undefined;
      if (title !== undefined) return title;
    }
    return undefined;
  }

  async #tail(sessionId: string, limit: number): Promise<readonly StoredEvent[]> {
    const after = (await this.#transcripts.last(sessionId, "reset"))?.seq ?? 0;
    return this.#transcripts.read(sessionId, { after, types: ["message"], fromEnd: true, limit });
  }
}
