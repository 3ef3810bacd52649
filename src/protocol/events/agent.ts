import { Type } from "@sinclair/typebox";
import { defineEvent } from "../define.ts";
import { anyObject, epochMs, maybe, text } from "../primitives.ts";
import { SessionRow } from "../records/turns.ts";

/** One frame of a run; `session` and the row's fields come with tool frames. */
const RunFrame = Type.Object(
  {
    runId: text,
    sessionKey: maybe(text),
    sessionId: maybe(text),
    agentId: maybe(text),
    stream: Type.String({
      minLength: 1,
      description: "`run_status`, `lifecycle`, `assistant`, `item`, `tool`, `command_output`, `usage` …",
    }),
    data: anyObject,
    seq: Type.Integer({ minimum: 0, description: "Counts from 1 in each run; `chat` frames share it." }),
    ts: epochMs,
    isHeartbeat: maybe(Type.Boolean()),
    lane: maybe(Type.String()),
    session: maybe(SessionRow),
  },
  { additionalProperties: true },
);

export const agent = defineEvent({
  name: "agent",
  summary: "What a run does, as it does it; tool frames go to clients with the capability `tool-events`.",
  payload: RunFrame,
  scope: "operator.read",
  dropIfSlow: false,
});

export const sessionTool = defineEvent({
  name: "session.tool",
  summary: "The tool frames of runs, for subscribed clients without the capability `tool-events`.",
  payload: RunFrame,
  scope: "operator.read",
  dropIfSlow: true,
});
