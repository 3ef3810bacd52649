import type { Clock } from "../../../lib/clock.ts";
import type { Ids } from "../../../lib/ids.ts";
import type {
  SessionEntryPatch,
  SessionRecord,
  StoredEvent,
  TranscriptRepository,
} from "../../../store/index.ts";

/** Usage of a message no model wrote. */
const NO_USAGE = {
  input: 0,
  output: 0,
  totalTokens: 0,
  cacheRead: 0,
  cacheWrite: 0,
  cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 },
};

/** What the gateway itself says in the place of the assistant; clients know it by its model. */
export function gatewayMessage(
  text: string,
  timestamp: number,
  extra: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return {
    role: "assistant",
    content: [{ type: "text", text }],
    timestamp,
    stopReason: "stop",
    usage: NO_USAGE,
    api: "openai-responses",
    provider: "openclaw",
    model: "gateway-injected",
    ...extra,
  };
}

/** What was written, and the session as it is now. */
export interface Noted {
  readonly record: SessionRecord;
  readonly events: readonly StoredEvent[];
}

export interface NotesDeps {
  readonly transcripts: Pick<TranscriptRepository, "append">;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Messages in transcripts that do not come from a turn. */
export class Notes {
  constructor(private readonly deps: NotesDeps) {}

  /** Writes messages at the end of a transcript; undefined when the session has begun a new one. @throws StoreError */
  async append(
    { key, sessionId }: SessionRecord,
    messages: readonly Readonly<Record<string, unknown>>[],
    entry?: SessionEntryPatch,
  ): Promise<Noted | undefined> {
    const { transcripts, clock, ids } = this.deps;
    const timestamp = new Date(clock.now()).toISOString();
    // No parents are named: a run may be writing as well, and the store knows what is newest.
    const events = messages.map((message) => ({ type: "message", id: ids.uuid(), timestamp, message }));
    return transcripts.append({ key, sessionId, events, ...(entry && { entry }) });
  }
}
