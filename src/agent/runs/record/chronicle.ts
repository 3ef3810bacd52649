import type { RunId } from "../../../protocol/index.ts";
import { type SessionRecord, StoreError, type StoredEvent } from "../../../store/index.ts";
import type { RunEvents } from "../run-events.ts";
import type { Entry, TranscriptWriter } from "./writer.ts";

/** Writes a turn down and tells clients, in this order. */
export class Chronicle {
  readonly #writer: TranscriptWriter;
  readonly #events: RunEvents;
  #isClosed = false;
  #trouble: StoreError | undefined;

  constructor(writer: TranscriptWriter, events: RunEvents) {
    this.#writer = writer;
    this.#events = events;
  }

  /** The session as last written. */
  get record(): SessionRecord {
    return this.#writer.record;
  }

  /** Why the turn could not be written: whatever it is called on its way through the engine, that is what ended it. */
  get trouble(): StoreError | undefined {
    return this.#trouble;
  }

  /** Writes without telling anybody: results of tools are told as they happen. @throws SupersededError, StoreError */
  async note(entry: Entry): Promise<readonly StoredEvent[]> {
    if (this.#isClosed) return [];
    try {
      return await this.#writer.append(entry);
    } catch (error) {
      if (error instanceof StoreError) this.#trouble = error;
      throw error;
    }
  }

  /** Writes, then tells. @throws SupersededError, StoreError */
  async say(entry: Entry, runId?: RunId): Promise<readonly StoredEvent[]> {
    const stored = await this.note(entry);
    for (const one of stored) this.tell(one, runId);
    return stored;
  }

  /** Tells of what was written before. */
  tell(stored: StoredEvent, runId?: RunId): void {
    this.#events.sessionMessage(this.record, stored, stored.messageSeq, runId);
  }

  /** From now on nothing is written: the turn has been declared over, and what still comes of it is too late. */
  close(): void {
    this.#isClosed = true;
  }
}
