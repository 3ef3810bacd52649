import type { StoredEvent, TranscriptEvent } from "../../../src/store/index.ts";

let made = 0;
const AT = "2026-01-01T00:00:00.000Z";

/** An event of a transcript; ids count up. */
export function event(type: string, fields: Record<string, unknown> = {}): TranscriptEvent {
  made += 1;
  return { type, id: `e${made}`, timestamp: AT, ...fields };
}

export function user(content: unknown, fields: Record<string, unknown> = {}): TranscriptEvent {
  return event("message", { message: { role: "user", content, timestamp: 1 }, ...fields });
}

/** An assistant message of text, or of the blocks given. */
export function assistant(content: unknown, message: Record<string, unknown> = {}): TranscriptEvent {
  const blocks = typeof content === "string" ? [{ type: "text", text: content }] : content;
  return event("message", {
    message: {
      role: "assistant",
      content: blocks,
      api: "openai-completions",
      provider: "p",
      model: "m",
      usage: { input: 1, output: 1, totalTokens: 2 },
      stopReason: "stop",
      timestamp: 2,
      ...message,
    },
  });
}

export function call(id: string, name = "exec") {
  return { type: "toolCall", id, name, arguments: { a: id } };
}

export function result(toolCallId: string, text = `result of ${toolCallId}`): TranscriptEvent {
  return event("message", {
    message: {
      role: "toolResult",
      toolCallId,
      toolName: "exec",
      content: [{ type: "text", text }],
      isError: false,
      details: { big: true },
      timestamp: 3,
    },
  });
}

/** Gives events places, as the store does. */
export function stored(events: readonly TranscriptEvent[]): StoredEvent[] {
  let messageSeq = 0;
  return events.map((one, place) => {
    if (one.type === "message") messageSeq += 1;
    return { seq: place + 1, messageSeq, event: one };
  });
}
