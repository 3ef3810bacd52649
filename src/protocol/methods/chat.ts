import { Type } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { oneOf } from "../literals.ts";
import { MAX_HISTORY_CHARS, MAX_HISTORY_MESSAGES, MAX_MESSAGE_CHARS } from "../limits.ts";
import { anyObject, closed, count, maybe, nullable, text, yes } from "../primitives.ts";
import { CommandEntry } from "../records/commands.ts";
import {
  ChatAttachment,
  FastMode,
  InFlightRun,
  InputProvenance,
  PendingInput,
  PermissionMode,
  SendAnswer,
  ModelDefaults,
  SessionRow,
  ToolOverrides,
  TranscriptMessage,
} from "../records/turns.ts";

const historyParams = {
  sessionKey: text,
  agentId: maybe(text),
  limit: maybe(Type.Integer({ minimum: 1, maximum: MAX_HISTORY_MESSAGES })),
  maxBytes: Type.Optional(
    Type.Integer({ minimum: 1, description: "Most bytes of messages; the oldest are left out." }),
  ),
};

const HistoryPage = Type.Object(
  {
    sessionKey: Type.String({ description: "As it was sent; `sessionInfo.key` is the canonical one." }),
    sessionId: maybe(text),
    messages: Type.Array(TranscriptMessage),
    pendingInputs: Type.Object({ items: Type.Array(PendingInput), total: count }),
    deltaCursor: maybe(Type.String()),
    hasMore: maybe(Type.Boolean()),
    totalMessages: maybe(count),
    nextOffset: maybe(count),
    defaults: ModelDefaults,
    sessionInfo: SessionRow,
    inFlightRun: maybe(InFlightRun),
  },
  { title: "ChatHistoryPage", description: "A page of a transcript, newest last, and the session's state." },
);

const HistoryDelta = Type.Object({
  kind: Type.Literal("delta"),
  messages: Type.Array(anyObject),
  deltaCursor: Type.String(),
  pendingInputs: maybe(Type.Object({ items: Type.Array(PendingInput), total: count })),
  sessionInfo: SessionRow,
  inFlightRun: maybe(InFlightRun),
});

export const chatHistory = defineMethod({
  name: "chat.history",
  summary: "Messages of a session: the last ones, earlier ones by offset, or what came after a cursor.",
  scope: "operator.read",
  params: closed({
    ...historyParams,
    cursor: maybe(Type.String()),
    offset: maybe(count),
    pendingBefore: maybe(Type.Integer({ minimum: 1 })),
    inputRunIds: maybe(
      Type.Array(Type.String({ minLength: 1, maxLength: 256 }), { minItems: 1, maxItems: 50 }),
    ),
    messageId: maybe(text),
    sessionId: maybe(text),
    maxChars: maybe(Type.Integer({ minimum: 1, maximum: MAX_HISTORY_CHARS })),
  }),
  result: Type.Union([HistoryPage, HistoryDelta, Type.Object({ kind: Type.Literal("reset") })]),
  since: 3,
});

export const chatStartup = defineMethod({
  name: "chat.startup",
  summary: "What a chat window needs to open: the last messages and the session's state.",
  scope: "operator.read",
  params: closed(historyParams),
  result: HistoryPage,
  since: 4,
});

export const chatMetadata = defineMethod({
  name: "chat.metadata",
  summary: "What a composer offers: models and commands; `chat.metadata.changed` says when to read it again.",
  scope: "operator.read",
  params: closed({ agentId: maybe(text), sessionKey: maybe(text) }),
  result: Type.Object(
    {
      models: Type.Array(anyObject),
      commands: Type.Array(CommandEntry),
      swarmEnabled: Type.Boolean(),
      accountSelection: anyObject,
      runtimeSelectionLocked: Type.Boolean(),
    },
    { additionalProperties: true },
  ),
  since: 4,
});

export const chatMessageGet = defineMethod({
  name: "chat.message.get",
  summary: "One message in full.",
  scope: "operator.read",
  params: closed({
    sessionKey: text,
    agentId: maybe(text),
    messageId: text,
    maxChars: maybe(Type.Integer({ minimum: 1, maximum: MAX_MESSAGE_CHARS })),
  }),
  result: closed({
    ok: Type.Boolean(),
    message: maybe(Type.Unknown()),
    unavailableReason: maybe(
      Type.Union([Type.Literal("not_found"), Type.Literal("oversized"), Type.Literal("not_visible")]),
    ),
  }),
  since: 4,
});

export const chatSend = defineMethod({
  name: "chat.send",
  summary: "Says something in a session; the answer comes as events.",
  scope: "operator.write",
  params: closed({
    sessionKey: Type.String({ minLength: 1, maxLength: 512 }),
    agentId: maybe(text),
    sessionId: maybe(text),
    message: Type.String(),
    intent: maybe(
      closed({ kind: Type.Literal("session-goal-start"), version: Type.Literal(1), issuedAtMs: count }),
    ),
    thinking: maybe(Type.String()),
    fastMode: maybe(FastMode),
    fastAutoOnSeconds: maybe(Type.Integer({ minimum: 1 })),
    queueMode: maybe(oneOf(["steer", "followup", "collect", "interrupt"])),
    deliver: maybe(Type.Boolean()),
    originatingChannel: maybe(Type.String()),
    originatingTo: maybe(Type.String()),
    originatingAccountId: maybe(Type.String()),
    originatingThreadId: maybe(Type.String()),
    replyToId: maybe(text),
    attachments: maybe(Type.Array(ChatAttachment)),
    toolBindings: maybe(anyObject),
    timeoutMs: maybe(count),
    systemInputProvenance: maybe(InputProvenance),
    systemProvenanceReceipt: maybe(Type.String()),
    suppressCommandInterpretation: maybe(Type.Boolean()),
    expectedLeafEntryId: maybe(nullable(text)),
    expectedSessionRoutingContract: maybe(text),
    expectedPermissionMode: maybe(nullable(PermissionMode)),
    expectedToolOverrides: maybe(nullable(ToolOverrides)),
    idempotencyKey: text,
  }),
  result: SendAnswer,
  since: 3,
});

export const chatAbort = defineMethod({
  name: "chat.abort",
  summary: "Ends the runs of a session, tools included, and forgets what waits behind them.",
  scope: "operator.write",
  params: closed({
    sessionKey: text,
    agentId: maybe(text),
    runId: maybe(text),
    preserveSideRuns: maybe(Type.Boolean()),
  }),
  result: Type.Object({ ok: yes, aborted: Type.Boolean(), runIds: Type.Array(Type.String()) }),
  since: 3,
});

export const chatInject = defineMethod({
  name: "chat.inject",
  summary: "Writes a note into a transcript as the assistant; no model is called.",
  scope: "operator.admin",
  params: closed({
    sessionKey: text,
    agentId: maybe(text),
    message: text,
    label: maybe(Type.String({ maxLength: 100 })),
  }),
  result: Type.Object({ ok: yes, messageId: text }),
  since: 3,
  hidden: true,
});
