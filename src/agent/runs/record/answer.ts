import type { AssistantMessage } from "@earendil-works/pi-ai";
import { isRecord } from "../../../lib/records.ts";
import type { RunId } from "../../../protocol/index.ts";
import type { TranscriptRepository } from "../../../store/index.ts";

/** Messages that can stand behind an answer of a run that was not settled. */
const LAST_MESSAGES = 8;

/** The answer of a run, if the transcript has one: a complete message that calls no tool. @throws StoreError */
export async function answerIn(
  transcripts: Pick<TranscriptRepository, "read">,
  sessionId: string,
  runId: string,
): Promise<AssistantMessage | undefined> {
  const last = await transcripts.read(sessionId, { types: ["message"], fromEnd: true, limit: LAST_MESSAGES });
  for (const { event } of last.toReversed()) {
    const { message } = event;
    if (isAnswer(message) && message.__openclaw.runId === runId) return message;
  }
  return undefined;
}

/** The newest answer of a transcript, and the run that gave it. @throws StoreError */
export async function newestAnswer(
  transcripts: Pick<TranscriptRepository, "read">,
  sessionId: string,
): Promise<{ readonly message: AssistantMessage; readonly runId: RunId } | undefined> {
  const last = await transcripts.read(sessionId, { types: ["message"], fromEnd: true, limit: LAST_MESSAGES });
  for (const { event } of last.toReversed()) {
    const { message } = event;
    if (isAnswer(message)) return { message, runId: message.__openclaw.runId };
  }
  return undefined;
}

/** Written by a turn of this program, so its fields are the engine's. */
function isAnswer(
  message: unknown,
): message is AssistantMessage & { readonly __openclaw: { readonly runId: RunId } } {
  return (
    isRecord(message) &&
    message.role === "assistant" &&
    (message.stopReason === "stop" || message.stopReason === "length") &&
    message.openclawAbort === undefined &&
    Array.isArray(message.content) &&
    !message.content.some((part) => isRecord(part) && part.type === "toolCall") &&
    isRecord(message.usage) &&
    isRecord(message.__openclaw) &&
    typeof message.__openclaw.runId === "string"
  );
}
