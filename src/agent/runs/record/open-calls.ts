import { recordOf } from "../../../lib/records.ts";
import type { TranscriptRepository } from "../../../store/index.ts";
import { messageEvent, type NewEvent } from "./events.ts";

/** Messages in which the last call of a run and all its results stand. */
const LAST_MESSAGES = 64;

/** Said of a call that was written down, and then the process died before any tool could act. */
export const NOT_CALLED =
  "[Not done: the gateway was restarted before this call ended, and nothing was changed by it. Call it again if it is still needed.]";

interface Call {
  readonly id: string;
  readonly name: string;
}

/** Results for the calls of a run that have none, where it is known that no tool had acted. @throws StoreError */
export async function resultsOfOpenCalls(
  transcripts: Pick<TranscriptRepository, "read">,
  { sessionId, runId, newId, at }: { sessionId: string; runId: string; newId: () => string; at: number },
): Promise<NewEvent[]> {
  const last = await transcripts.read(sessionId, { types: ["message"], fromEnd: true, limit: LAST_MESSAGES });
  const messages = last.map(({ event }) => recordOf(event.message));
  const place = messages.findLastIndex((message) => isOf(message, runId) && message.role === "assistant");
  const answered = new Set(messages.slice(place + 1).map(({ toolCallId }) => toolCallId));
  const open = callsOf(messages[place]).filter(({ id }) => !answered.has(id));
  return open.map(({ id, name }) =>
    messageEvent(newId(), at, {
      role: "toolResult",
      toolCallId: id,
      toolName: name,
      content: [{ type: "text", text: NOT_CALLED }],
      isError: true,
      timestamp: at,
      __openclaw: { runId },
    }),
  );
}

function isOf(message: Readonly<Record<string, unknown>>, runId: string): boolean {
  return recordOf(message.__openclaw).runId === runId;
}

function callsOf(message: Readonly<Record<string, unknown>> | undefined): Call[] {
  const content: readonly unknown[] = Array.isArray(message?.content) ? message.content : [];
  return content.map(recordOf).flatMap(({ type, id, name }) => {
    const isCall = type === "toolCall" && typeof id === "string" && typeof name === "string";
    return isCall ? [{ id, name }] : [];
  });
}
