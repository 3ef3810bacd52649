import { Type } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { oneOf } from "../literals.ts";
import { anyObject, closed, count, maybe, text } from "../primitives.ts";
import { InputProvenance } from "../records/turns.ts";

/** `/new` and `/reset` through `agent` end a conversation's memory, which takes an admin. */
const RESET_COMMAND = /^\/(?:new|reset)(?:\s|$)/i;

const TaskAttachment = closed({
  type: maybe(oneOf(["image", "audio", "video", "file"])),
  path: maybe(Type.String()),
  url: maybe(Type.String()),
  mediaUrl: maybe(Type.String()),
  filePath: maybe(Type.String()),
  mimeType: maybe(Type.String()),
  name: maybe(Type.String()),
  sizeBytes: maybe(Type.Number()),
  durationMs: maybe(Type.Number()),
  width: maybe(Type.Number()),
  height: maybe(Type.Number()),
});

const TaskCompletion = closed({
  type: Type.Literal("task_completion"),
  source: oneOf(["subagent", "cron", "image_generation", "video_generation", "music_generation"]),
  childSessionKey: Type.String(),
  childSessionId: maybe(Type.String()),
  announceType: Type.String(),
  taskLabel: Type.String(),
  status: oneOf(["ok", "timeout", "error", "unknown"]),
  statusLabel: Type.String(),
  result: Type.String(),
  modelRouteChange: maybe(Type.String()),
  attachments: maybe(Type.Array(TaskAttachment)),
  mediaUrls: maybe(Type.Array(Type.String())),
  statsLine: maybe(Type.String()),
  replyInstruction: Type.String(),
});

const RunAnswer = Type.Object(
  {
    runId: text,
    status: Type.String({ description: "`accepted`, `in_flight`, `ok`, `error` or `timeout`." }),
    sessionKey: maybe(text),
    agentId: maybe(text),
    acceptedAt: maybe(Type.Number()),
    summary: maybe(Type.String()),
    stopReason: maybe(Type.String()),
    timeoutPhase: maybe(Type.String()),
    providerStarted: maybe(Type.Boolean()),
    result: maybe(
      Type.Object({
        payloads: Type.Array(
          Type.Object({ text: Type.String(), mediaUrl: Type.Union([Type.String(), Type.Null()]) }),
        ),
        meta: anyObject,
      }),
    ),
  },
  { additionalProperties: true },
);

export const agent = defineMethod({
  name: "agent",
  summary: "Runs a turn; answers once when it is accepted and again, with the same id, when it has ended.",
  scope: "operator.write",
  params: closed({
    message: text,
    agentId: maybe(text),
    provider: maybe(Type.String()),
    model: maybe(Type.String()),
    to: maybe(Type.String()),
    replyTo: maybe(Type.String()),
    sessionId: maybe(Type.String()),
    sessionKey: maybe(Type.String()),
    expectedExistingSessionId: maybe(text),
    thinking: maybe(Type.String()),
    deliver: maybe(Type.Boolean()),
    attachments: maybe(Type.Array(Type.Unknown())),
    channel: maybe(Type.String()),
    replyChannel: maybe(Type.String()),
    accountId: maybe(Type.String()),
    replyAccountId: maybe(Type.String()),
    threadId: maybe(Type.String()),
    groupId: maybe(Type.String()),
    groupChannel: maybe(Type.String()),
    groupSpace: maybe(Type.String()),
    timeout: Type.Optional(Type.Integer({ minimum: 0, description: "Seconds; 0 for none." })),
    bestEffortDeliver: maybe(Type.Boolean()),
    lane: maybe(Type.String()),
    cwd: maybe(text),
    cleanupBundleMcpOnRunEnd: maybe(Type.Boolean()),
    modelRun: maybe(Type.Boolean()),
    promptMode: maybe(Type.Union([Type.Literal("full"), Type.Literal("minimal"), Type.Literal("none")])),
    extraSystemPrompt: maybe(Type.String()),
    bootstrapContextMode: maybe(Type.Union([Type.Literal("full"), Type.Literal("lightweight")])),
    bootstrapContextRunKind: maybe(
      Type.Union([Type.Literal("default"), Type.Literal("heartbeat"), Type.Literal("cron")]),
    ),
    acpTurnSource: maybe(Type.Literal("manual_spawn")),
    internalRuntimeHandoffId: maybe(text),
    internalExecutionIdentityRetry: maybe(Type.Boolean()),
    internalExecutionIdentityRecoveryAttempt: maybe(Type.Integer({ minimum: 1 })),
    execApprovalFollowupExpectedSessionId: maybe(text),
    internalEvents: maybe(Type.Array(TaskCompletion)),
    inputProvenance: maybe(InputProvenance),
    suppressPromptPersistence: maybe(Type.Boolean()),
    sessionEffects: maybe(Type.Union([Type.Literal("visible"), Type.Literal("internal")])),
    sourceReplyDeliveryMode: maybe(
      Type.Union([Type.Literal("automatic"), Type.Literal("message_tool_only")]),
    ),
    disableMessageTool: maybe(Type.Boolean()),
    swarmCollector: maybe(Type.Boolean()),
    swarmOutputSchema: maybe(anyObject),
    forceRestartSafeTools: maybe(Type.Boolean()),
    forceCodeModeTools: maybe(Type.Boolean()),
    voiceWakeTrigger: maybe(Type.String()),
    idempotencyKey: text,
    label: maybe(Type.String({ minLength: 1, maxLength: 512 })),
  }),
  result: RunAnswer,
  since: 3,
  waits: true,
  scopesFor: ({ message }) => (RESET_COMMAND.test(message) ? ["operator.admin"] : []),
});

export const agentWait = defineMethod({
  name: "agent.wait",
  summary: "Waits for a run to end, 30 s unless told; status `timeout` when it has not by then.",
  scope: "operator.write",
  params: closed({ runId: text, timeoutMs: maybe(count) }),
  result: Type.Object(
    {
      runId: text,
      status: Type.String({ description: "`ok`, `error`, `timeout` or `pending`." }),
      startedAt: maybe(Type.Number()),
      endedAt: maybe(Type.Number()),
      stopReason: maybe(Type.String()),
      error: maybe(Type.String()),
      terminalReply: maybe(anyObject),
      terminalReceipt: maybe(anyObject),
    },
    { additionalProperties: true },
  ),
  since: 3,
  waits: true,
});

export const wake = defineMethod({
  name: "wake",
  summary: "Leaves a note for an agent's main session; mode `now` has it read at once.",
  scope: "operator.write",
  params: Type.Object(
    {
      mode: Type.Union([Type.Literal("now"), Type.Literal("next-heartbeat")]),
      text,
      sessionKey: maybe(text),
      agentId: maybe(text),
    },
    { additionalProperties: true },
  ),
  result: Type.Object({ ok: Type.Boolean(), reason: maybe(Type.String()) }),
  since: 3,
  openParams: true,
});
