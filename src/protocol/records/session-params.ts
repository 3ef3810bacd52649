import { Type } from "@sinclair/typebox";
import { oneOf } from "../literals.ts";
import { closed, count, maybe, nullable, text } from "../primitives.ts";
import { ChatAttachment, FastMode, PermissionMode, ToolOverrides } from "./turns.ts";

/** A name for a session that a person chose. */
export const SessionLabel = Type.String({ minLength: 1, maxLength: 512 });

/** Which sessions a list has, in which order. */
export const sessionListParams = {
  limit: maybe(Type.Integer({ minimum: 1 })),
  offset: maybe(count),
  activeMinutes: maybe(Type.Integer({ minimum: 1 })),
  requireLastInteraction: maybe(Type.Boolean()),
  sortBy: maybe(
    Type.Union([Type.Literal("updatedAt"), Type.Literal("lastInteractionAt"), Type.Literal("activity")]),
  ),
  includeGlobal: maybe(Type.Boolean()),
  includeUnknown: maybe(Type.Boolean()),
  configuredAgentsOnly: maybe(Type.Boolean()),
  includeDerivedTitles: maybe(Type.Boolean()),
  includeLastMessage: maybe(Type.Boolean()),
  includeActivitySummary: maybe(Type.Boolean()),
  excludeSubagents: maybe(Type.Boolean()),
  label: maybe(SessionLabel),
  boardFace: maybe(Type.Union([Type.Literal("chat"), Type.Literal("dashboard")])),
  creatorId: maybe(text),
  ownerId: maybe(text),
  ownerFirst: maybe(Type.Boolean()),
  involvingMe: maybe(Type.Boolean()),
  involvingProfileId: maybe(text),
  includePeople: maybe(Type.Boolean()),
  spawnedBy: maybe(text),
  agentId: maybe(text),
  search: maybe(Type.String()),
  archived: maybe(Type.Union([Type.Boolean(), Type.Literal("all")])),
};

/** A session by key; a bare key belongs to `agentId` or the default agent. */
export const bySession = { key: text, agentId: maybe(text) };

/** A message to an existing session. */
export const sessionSendParams = closed({
  ...bySession,
  message: Type.String(),
  thinking: maybe(Type.String()),
  attachments: maybe(Type.Array(ChatAttachment)),
  timeoutMs: maybe(count),
  idempotencyKey: maybe(text),
});

const name = maybe(nullable(text));

/** What `sessions.patch` can change; null clears. */
export const SessionsPatchParams = closed({
  ...bySession,
  expectedSessionId: maybe(text),
  expectedLifecycleRevision: maybe(text),
  expectedPermissionMode: maybe(nullable(PermissionMode)),
  expectedToolOverrides: maybe(nullable(ToolOverrides)),
  expectedMarkedUnreadAt: maybe(nullable(Type.Number({ minimum: 0 }))),
  label: maybe(nullable(SessionLabel)),
  icon: maybe(nullable(Type.String())),
  color: maybe(nullable(Type.String())),
  category: maybe(nullable(SessionLabel)),
  boardFace: maybe(Type.Union([Type.Literal("chat"), Type.Literal("dashboard")])),
  statusNote: maybe(nullable(Type.String({ maxLength: 120 }))),
  attention: maybe(nullable(oneOf(["hand", "key", "alert", "flag", "lock", "hourglass"]))),
  ttlMinutes: maybe(Type.Integer({ minimum: 1, maximum: 120 })),
  archived: maybe(Type.Boolean()),
  pinned: maybe(Type.Boolean()),
  unread: maybe(Type.Boolean()),
  contextWindow: name,
  thinkingLevel: name,
  fastMode: maybe(Type.Union([Type.Boolean(), Type.Literal("auto"), Type.Null()])),
  toolOverrides: maybe(nullable(ToolOverrides)),
  verboseLevel: name,
  traceLevel: name,
  reasoningLevel: name,
  responseUsage: maybe(
    Type.Union([
      Type.Literal("off"),
      Type.Literal("tokens"),
      Type.Literal("full"),
      Type.Literal("on"),
      Type.Null(),
    ]),
  ),
  elevatedLevel: name,
  execHost: name,
  execSecurity: name,
  execAsk: name,
  execNode: name,
  permissionMode: maybe(nullable(PermissionMode)),
  model: name,
  completionOwnerSessionKey: name,
  inheritedToolPolicyVersion: maybe(Type.Union([Type.Literal(1), Type.Null()])),
  inheritedToolAllow: maybe(nullable(Type.Array(text))),
  inheritedToolDeny: maybe(nullable(Type.Array(text))),
  sendPolicy: maybe(Type.Union([Type.Literal("allow"), Type.Literal("deny"), Type.Null()])),
  groupActivation: maybe(Type.Union([Type.Literal("mention"), Type.Literal("always"), Type.Null()])),
});

/** A new session, with a first message or without. */
export const SessionsCreateParams = closed({
  key: maybe(text),
  idempotencyKey: maybe(text),
  agentId: maybe(text),
  label: maybe(SessionLabel),
  displayName: maybe(Type.String({ minLength: 1, maxLength: 500 })),
  category: maybe(SessionLabel),
  model: maybe(text),
  contextWindow: maybe(text),
  thinkingLevel: maybe(text),
  fastMode: maybe(FastMode),
  permissionMode: maybe(PermissionMode),
  toolOverrides: maybe(ToolOverrides),
  incognito: maybe(Type.Boolean()),
  visibility: maybe(
    Type.Union([
      Type.Literal("shared"),
      Type.Literal("read-only"),
      Type.Literal("suggest"),
      Type.Literal("draft"),
    ]),
  ),
  catalogId: maybe(text),
  parentSessionKey: maybe(text),
  spawnDepth: maybe(Type.Integer({ minimum: 1 })),
  fork: maybe(Type.Boolean()),
  forkFrom: maybe(Type.Literal("last-completed")),
  emitCommandHooks: maybe(Type.Boolean()),
  succeedsParent: maybe(Type.Boolean()),
  task: maybe(Type.String()),
  message: maybe(Type.String()),
  attachments: maybe(Type.Array(ChatAttachment)),
  projectId: maybe(text),
  projectGitUrl: maybe(Type.String({ minLength: 1, maxLength: 2048 })),
  worktree: maybe(Type.Boolean()),
  worktreeBaseRef: maybe(text),
  worktreeName: maybe(Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,63}$" })),
  execNode: maybe(text),
  cwd: maybe(text),
});
