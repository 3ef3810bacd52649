import { type Static, Type } from "@sinclair/typebox";
import { oneOf } from "../literals.ts";
import { anyObject, closed, count, maybe, nullable, text, texts } from "../primitives.ts";

/** A file that comes with a message; `content` is base64. */
export const ChatAttachment = Type.Object(
  {
    type: maybe(Type.String()),
    mimeType: maybe(Type.String()),
    fileName: maybe(Type.String()),
    content: maybe(Type.Unknown()),
    sizeBytes: maybe(Type.Number()),
    durationMs: maybe(Type.Number()),
    width: maybe(Type.Number()),
    height: maybe(Type.Number()),
  },
  {
    title: "ChatAttachment",
    description: "A file that comes with a message; content is base64.",
    additionalProperties: true,
  },
);

export type ChatAttachment = Static<typeof ChatAttachment>;

/** Where a message came from, for those that no person typed. */
export const InputProvenance = closed(
  {
    kind: oneOf(["external_user", "inter_session", "internal_system"]),
    originSessionId: maybe(Type.String()),
    sourceSessionKey: maybe(Type.String()),
    sourceChannel: maybe(Type.String()),
    sourceTool: maybe(Type.String()),
  },
  { title: "InputProvenance", description: "Where a message came from that no person typed." },
);

/** Tools and skills switched on or off for one session. */
export const ToolOverrides = closed(
  {
    mcpServers: maybe(Type.Record(Type.String(), Type.Boolean())),
    mcpToolsDeny: maybe(Type.Record(Type.String(), texts)),
    skills: maybe(Type.Record(Type.String(), Type.Boolean())),
    webSearch: maybe(Type.Boolean()),
  },
  { title: "ToolOverrides", description: "Tools and skills switched on or off for one session." },
);

/** What tools may do without asking. */
export const PermissionMode = Type.Union([
  Type.Literal("read-only"),
  Type.Literal("guarded"),
  Type.Literal("workspace"),
  Type.Literal("full"),
]);

/** A speed choice: on, off, or by the provider. */
export const FastMode = Type.Union([Type.Boolean(), Type.Literal("auto")]);

const ThinkingOption = Type.Object({ id: Type.String(), label: Type.String() });

/** Which model a session without a choice of its own uses. */
export const ModelDefaults = Type.Object(
  {
    modelProvider: nullable(Type.String()),
    model: nullable(Type.String()),
    contextTokens: nullable(count),
    thinkingLevels: maybe(Type.Array(ThinkingOption)),
    thinkingOptions: maybe(Type.Array(Type.String())),
    thinkingDefault: maybe(Type.String()),
  },
  { title: "ModelDefaults", description: "Which model a session without a choice of its own uses." },
);

/** Made from stored fields by another part, which is held to the schema by tests and not by the compiler. */
type Made = Readonly<Record<string, unknown>>;

/** A session as lists and events show it; the fields clients rely on, of many. */
export const SessionRow = Type.Unsafe<Made>(
  Type.Object(
    {
      key: Type.String(),
      sessionId: maybe(Type.String()),
      agentId: maybe(text),
      kind: oneOf(["direct", "group", "global", "unknown"]),
      label: maybe(Type.String()),
      displayName: maybe(Type.String()),
      derivedTitle: maybe(Type.String()),
      lastMessagePreview: maybe(Type.String()),
      channel: maybe(Type.String()),
      chatType: maybe(oneOf(["direct", "group", "channel"])),
      updatedAt: maybe(nullable(Type.Number())),
      archived: maybe(Type.Boolean()),
      pinned: maybe(Type.Boolean()),
      unread: maybe(Type.Boolean()),
      status: maybe(oneOf(["queued", "running", "done", "failed", "killed", "timeout"])),
      hasActiveRun: maybe(Type.Boolean()),
      activeRunIds: maybe(Type.Array(Type.String())),
      lastRunId: maybe(nullable(text)),
      abortedLastRun: maybe(Type.Boolean()),
      inputTokens: maybe(Type.Number()),
      outputTokens: maybe(Type.Number()),
      totalTokens: maybe(Type.Number()),
      contextTokens: maybe(Type.Number()),
      modelProvider: maybe(Type.String()),
      model: maybe(Type.String()),
      snapshotAt: maybe(Type.Number()),
    },
    {
      title: "SessionRow",
      description: "A session as lists and events show it.",
      additionalProperties: true,
    },
  ),
);

/** A message of a transcript; `__openclaw` has its id, its place and whose it is. */
export const TranscriptMessage = Type.Unsafe<Made>(
  Type.Object(
    {
      role: Type.String(),
      content: maybe(Type.Unknown()),
      timestamp: maybe(Type.Number()),
      __openclaw: maybe(anyObject),
    },
    { title: "TranscriptMessage", description: "A message of a transcript.", additionalProperties: true },
  ),
);

/** A message that was accepted and has not been written to the transcript yet. */
export const PendingInput = Type.Object(
  {
    id: text,
    runId: maybe(text),
    message: Type.Unknown(),
    acceptedAt: Type.Number(),
    state: oneOf(["queued", "cancelled", "interrupted"]),
  },
  { title: "PendingInput", description: "A message that was accepted and waits for its turn." },
);

/** What one run is doing, for clients that join in the middle. */
export const InFlightRun = Type.Object(
  { runId: text, text: Type.String(), startedAt: maybe(Type.Number()) },
  { title: "InFlightRun", description: "The run of a session that has not ended." },
);

/** How a message was taken: begun, already under way, over; or what `/stop` ended. */
export const SendAnswer = Type.Object(
  {
    runId: maybe(text),
    status: maybe(Type.String({ description: "`started`, `in_flight`, `ok`, `error` or `timeout`." })),
    summary: maybe(Type.String()),
    stopReason: maybe(Type.String()),
    endedAt: maybe(Type.Number()),
    interruptedActiveRun: maybe(Type.Boolean()),
    ok: maybe(Type.Boolean()),
    aborted: maybe(Type.Boolean()),
    runIds: maybe(Type.Array(Type.String())),
    messageSeq: maybe(count),
  },
  { title: "SendAnswer", description: "How a message was taken.", additionalProperties: true },
);
