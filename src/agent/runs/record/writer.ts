import type { SessionEntryPatch, SessionRecord, StoredEvent, UsageRecord } from "../../../store/index.ts";
import type { RunsDeps } from "../deps.ts";
import type { NewEvent } from "./events.ts";

/** What one act writes. */
export interface Entry {
  readonly events: readonly NewEvent[];
  readonly entry?: SessionEntryPatch;
  readonly usage?: readonly UsageRecord[];
}

/** The session went on to another life while a run of the older one was writing. */
export class SupersededError extends Error {
  constructor(record: SessionRecord) {
    super(`session ${record.key} has begun a new transcript`);
    this.name = "SupersededError";
  }
}

/** Writes one life of one session: each event after the one that is last. */
export class TranscriptWriter {
  readonly #store: Pick<RunsDeps["store"], "transcripts">;
  #record: SessionRecord;

  constructor(store: Pick<RunsDeps["store"], "transcripts">, record: SessionRecord) {
    this.#store = store;
    this.#record = record;
  }

  /** The session as of the last write. */
  get record(): SessionRecord {
    return this.#record;
  }

  /** @throws SupersededError, StoreError */
  async append(entry: Entry): Promise<readonly StoredEvent[]> {
    const { key, sessionId } = this.#record;
    const appended = await this.#store.transcripts.append({ ...entry, key, sessionId });
    if (!appended) throw new SupersededError(this.#record);
    this.#record = appended.record;
    return appended.events;
  }
}
