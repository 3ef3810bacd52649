import type { AssistantMessage } from "@earendil-works/pi-ai";
import type { RunId } from "../../../protocol/index.ts";
import { emptyUsage } from "../model/model-stream.ts";
import { customMessage, messageEvent, type NewEvent } from "./events.ts";

/** Who ended without an answer, and when. */
export interface LastWords {
  readonly eventId: string;
  readonly runId: RunId;
  readonly at: number;
}

/** A failure stands where the model's answer would be, if it was asked. */
export function failedAnswer(words: LastWords, failed: AssistantMessage | undefined, text: string): NewEvent {
  return message(words, {
    ...failed,
    role: "assistant",
    content: [{ type: "text", text }],
    stopReason: "error",
    idempotencyKey: `${words.runId}:terminal-error`,
  });
}

/** What there was of an answer when its time was up. */
export function unfinishedAnswer(
  words: LastWords,
  partial: string,
  model: Pick<AssistantMessage, "api" | "provider" | "model">,
): NewEvent {
  return message(words, {
    role: "assistant",
    content: [{ type: "text", text: partial }],
    ...model,
    stopReason: "aborted",
    errorMessage: "request timed out",
    usage: emptyUsage(),
  });
}

/** What there was of an answer when somebody ended it: stays, marked as the gateway's. */
export function abortedAnswer(words: LastWords, partial: string, origin: string): NewEvent {
  const { runId } = words;
  return message(words, {
    role: "assistant",
    content: [{ type: "text", text: partial }],
    stopReason: "stop",
    usage: emptyUsage(),
    api: "openai-responses",
    provider: "openclaw",
    model: "gateway-injected",
    idempotencyKey: `${runId}:assistant`,
    openclawAbort: { aborted: true, origin, runId },
  });
}

/** Where no model was asked, a line says that the message was not answered, and why. */
export function unansweredNote({ eventId, runId, at }: LastWords, why: string, error = why): NewEvent {
  return customMessage(eventId, at, {
    customType: "run-failed-before-reply",
    content: `This turn ended before a reply: ${why}`,
    display: true,
    details: { runId, error },
  });
}

function message({ eventId, runId, at }: LastWords, body: object): NewEvent {
  return messageEvent(eventId, at, { ...body, timestamp: at, __openclaw: { runId } });
}
