import type { StoredEvent } from "../../../store/index.ts";
import { fieldsOf, messageIn, timeOf } from "../context/index.ts";
import type { WireMessage } from "../sessions.ts";

/** Types of events that clients are shown. */
export const SHOWN_TYPES = ["message", "custom_message", "compaction"] as const;

/**
 * A transcript event as clients show it; undefined for those they do not. `sessionId` lets them tell apart messages of
 * two transcripts.
 */
export function wireMessage(
  stored: StoredEvent,
  messageSeq: number,
  sessionId?: string,
): WireMessage | undefined {
  const { event } = stored;
  const shown = shownFields(stored);
  if (shown === undefined) return undefined;
  const own = fieldsOf(shown["__openclaw"]);
  const idempotencyKey = shown["idempotencyKey"];
  return {
    ...shown,
    __openclaw: {
      ...own,
      id: event.id,
      ...(typeof idempotencyKey === "string" && { idempotencyKey }),
      recordTimestampMs: timeOf(event),
      transcriptPosition: {
        ...(sessionId !== undefined && { source: sourceOf(sessionId) }),
        rawSeq: stored.seq,
      },
      seq: messageSeq,
    },
  };
}

function shownFields({ event }: StoredEvent): Record<string, unknown> | undefined {
  switch (event.type) {
    case "message":
      return messageIn(event);
    case "custom_message": {
      if (event["display"] === false) return undefined;
      const { customType, content, details } = event;
      const runId = fieldsOf(details)?.["runId"];
      return {
        role: "custom",
        customType,
        content,
        ...(details !== undefined && { details }),
        display: true,
        timestamp: timeOf(event),
        ...(runId !== undefined && { __openclaw: { runId } }),
      };
    }
    case "compaction":
      return {
        role: "system",
        content: [{ type: "text", text: "Compaction" }],
        timestamp: timeOf(event),
        __openclaw: { kind: "compaction", tokensBefore: event["tokensBefore"] },
      };
    default:
      return undefined;
  }
}

/** An opaque name of a transcript. */
function sourceOf(sessionId: string): string {
  return Bun.SHA256.hash(sessionId, "base64url");
}
