import { Type } from "@sinclair/typebox";
import { defineEvent } from "../define.ts";
import { closed, count, epochMs, maybe, text } from "../primitives.ts";
import { SessionRow, TranscriptMessage } from "../records/turns.ts";

export const sessionMessage = defineEvent({
  name: "session.message",
  summary: "A message was written to a transcript; for clients subscribed to sessions or to this one.",
  payload: Type.Object(
    {
      sessionKey: text,
      agentId: text,
      message: TranscriptMessage,
      messageId: text,
      messageSeq: count,
      runId: maybe(text),
      senderIsOwner: maybe(Type.Boolean()),
      session: SessionRow,
    },
    { additionalProperties: true },
  ),
  scope: "operator.read",
  dropIfSlow: false,
});

export const sessionsChanged = defineEvent({
  name: "sessions.changed",
  summary:
    "A session's row changed; for clients subscribed to sessions. The row's fields are repeated beside it.",
  payload: Type.Object(
    {
      sessionKey: maybe(text),
      sessionId: maybe(text),
      agentId: maybe(text),
      reason: Type.Optional(
        Type.String({ description: "`create`, `send`, `patch`, `reset`, `compact`, `delete`, `abort` …" }),
      ),
      phase: Type.Optional(Type.String({ description: "`start`, `model`, `end` or `error` of a run." })),
      runId: maybe(text),
      ts: epochMs,
      session: maybe(SessionRow),
    },
    { additionalProperties: true },
  ),
  scope: "operator.read",
  dropIfSlow: true,
});

export const sessionOperation = defineEvent({
  name: "session.operation",
  summary: "A long operation on a session begins or ends; for clients subscribed to sessions or to this one.",
  payload: closed({
    operationId: text,
    operation: Type.Literal("compact"),
    phase: Type.Union([Type.Literal("start"), Type.Literal("end")]),
    sessionKey: text,
    agentId: maybe(text),
    ts: epochMs,
    completed: maybe(Type.Boolean()),
    reason: maybe(Type.String()),
  }),
  scope: "operator.read",
  dropIfSlow: false,
});
