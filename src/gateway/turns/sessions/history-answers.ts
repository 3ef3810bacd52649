import type { AgentPart, HistoryPage, HistoryQuery, SessionRow, WireMessage } from "../../../agent/index.ts";
import type { SessionRecord } from "../../../store/index.ts";
import { liveRow } from "../live-row.ts";
import type { ModelFacts } from "./model-facts.ts";
import { inFlightRun, pendingInputs } from "./pending-inputs.ts";
import type { SessionTarget } from "../target.ts";

export interface HistoryAnswersDeps {
  readonly agent: Pick<AgentPart, "sessions" | "runs">;
  readonly models: ModelFacts;
}

/** What a chat window is shown: messages, what waits, the run under way, the session's row. */
export class HistoryAnswers {
  constructor(private readonly deps: HistoryAnswersDeps) {}

  /** A page of a session; an empty one when it does not exist. `asked` is the key as it was sent. @throws StoreError */
  async page(asked: string, target: SessionTarget, query: HistoryQuery) {
    const { agent, models } = this.deps;
    const record = await agent.sessions.get(target.key);
    const page = record && (await agent.sessions.history(record, query));
    const { activeLeafEntryId = null, ...found } = page ?? emptyPage(record);
    const { modelProvider, model, contextTokens, modelSelectionTarget } = await models.defaults(
      target.agentId,
    );
    return {
      sessionKey: asked,
      messages: [],
      ...found,
      ...this.live(target, record, activeLeafEntryId),
      defaults: { modelProvider, model, contextTokens, modelSelectionTarget },
    };
  }

  /** What came after a cursor; `reset` when the window must read anew. @throws StoreError */
  async since(target: SessionTarget, cursor: string, query: Pick<HistoryQuery, "maxChars" | "maxBytes">) {
    const record = await this.deps.agent.sessions.get(target.key);
    if (!record) return { kind: "reset" as const };
    const delta = await this.deps.agent.sessions.historySince(record, cursor, query);
    if (delta.kind === "reset") return { kind: "reset" as const };
    return {
      kind: "delta" as const,
      messages: delta.messages.map((message) => asEvent(target, message)),
      deltaCursor: delta.deltaCursor,
      ...this.live(target, record, lastId(delta.messages)),
    };
  }

  private live({ key }: SessionTarget, record: SessionRecord | undefined, leaf: string | null | undefined) {
    const { agent } = this.deps;
    const row: SessionRow = record
      ? liveRow(agent, record)
      : agent.sessions.row({ key }, { activeRunIds: [] });
    const run = inFlightRun(agent, key);
    return {
      pendingInputs: pendingInputs(agent, key),
      sessionInfo: { ...row, ...(leaf !== undefined && { activeLeafEntryId: leaf }) },
      ...(run && { inFlightRun: run }),
    };
  }
}

function emptyPage(record: SessionRecord | undefined): Partial<HistoryPage> {
  return { messages: [], hasMore: false, totalMessages: 0, ...(record && { sessionId: record.sessionId }) };
}

/** A message as `session.message` tells it, but for the row: clients take both the same way. */
function asEvent({ key, agentId }: SessionTarget, message: WireMessage) {
  const { id, seq } = marksOf(message);
  return { sessionKey: key, agentId, message, messageId: id, messageSeq: seq };
}

/** The last entry of a delta; undefined, which leaves it as it was, when there is none. */
function lastId(messages: readonly WireMessage[]): string | undefined {
  const last = messages.at(-1);
  return last && marksOf(last).id;
}

function marksOf(message: WireMessage): {
  readonly id: string | undefined;
  readonly seq: number | undefined;
} {
  const marks: unknown = message["__openclaw"];
  if (typeof marks !== "object" || marks === null) return { id: undefined, seq: undefined };
  const id: unknown = Reflect.get(marks, "id");
  const seq: unknown = Reflect.get(marks, "seq");
  return {
    id: typeof id === "string" ? id : undefined,
    seq: typeof seq === "number" ? seq : undefined,
  };
}
