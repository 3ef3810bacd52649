import { Type } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { MAX_SEARCH_HITS, MAX_SEARCH_QUERY_CHARS, MAX_SEARCH_SESSIONS } from "../limits.ts";
import { anyObject, closed, count, epochMs, maybe, nullable, text, texts, yes } from "../primitives.ts";
import {
  bySession,
  SessionLabel,
  sessionListParams,
  sessionSendParams,
  SessionsCreateParams,
  SessionsPatchParams,
} from "../records/session-params.ts";
import { SendAnswer, ModelDefaults, SessionRow, TranscriptMessage } from "../records/turns.ts";

const anEntry = Type.Object(
  { sessionId: text },
  { additionalProperties: true, description: "What is stored of the session." },
);

const SessionList = Type.Object(
  {
    ts: epochMs,
    path: Type.String(),
    count,
    totalCount: count,
    limitApplied: count,
    nextOffset: nullable(count),
    hasMore: Type.Boolean(),
    owners: Type.Array(anyObject),
    defaults: ModelDefaults,
    sessions: Type.Array(SessionRow),
  },
  { title: "SessionList", description: "A page of the sessions." },
);

/** Fields of `sessions.patch` that do not take an admin. */
const PATCHES_FOR_WRITERS: ReadonlySet<string> = new Set([
  "key",
  "agentId",
  "expectedSessionId",
  "expectedLifecycleRevision",
  "expectedPermissionMode",
  "expectedMarkedUnreadAt",
  "label",
  "icon",
  "color",
  "category",
  "boardFace",
  "pinned",
  "archived",
  "unread",
  "model",
  "thinkingLevel",
  "fastMode",
  "permissionMode",
]);

/** Params of `sessions.delete` with which a writer may remove what is archived. */
const DELETES_FOR_WRITERS: ReadonlySet<string> = new Set([
  "key",
  "agentId",
  "deleteTranscript",
  "expectedSessionId",
  "archivedOnly",
]);

const ADMIN = ["operator.admin"] as const;

export const list = defineMethod({
  name: "sessions.list",
  summary: "The sessions, newest activity first.",
  scope: "operator.read",
  params: closed(sessionListParams),
  result: SessionList,
  since: 3,
});

export const subscribe = defineMethod({
  name: "sessions.subscribe",
  summary: "From now on this connection hears `sessions.changed`, `session.message` and `session.tool`.",
  scope: "operator.read",
  params: Type.Object(sessionListParams),
  result: Type.Object({ subscribed: yes, list: maybe(SessionList) }),
  since: 3,
  openParams: true,
});

export const messagesSubscribe = defineMethod({
  name: "sessions.messages.subscribe",
  summary: "From now on this connection hears the messages of one session; it need not exist yet.",
  scope: "operator.read",
  params: closed({ ...bySession, includeApprovals: maybe(yes) }),
  result: Type.Object({ subscribed: Type.Boolean(), key: text }),
  since: 3,
});

export const messagesUnsubscribe = defineMethod({
  name: "sessions.messages.unsubscribe",
  summary: "Ends `sessions.messages.subscribe`.",
  scope: "operator.read",
  params: closed(bySession),
  result: Type.Object({ subscribed: Type.Boolean(), key: text }),
  since: 3,
});

export const preview = defineMethod({
  name: "sessions.preview",
  summary: "The last messages of some sessions as short texts.",
  scope: "operator.read",
  params: closed({
    keys: Type.Array(text, { minItems: 1 }),
    limit: maybe(Type.Integer({ minimum: 1 })),
    maxChars: maybe(Type.Integer({ minimum: 20 })),
  }),
  result: Type.Object({
    ts: epochMs,
    previews: Type.Array(
      Type.Object({
        key: text,
        status: Type.String({ description: "`ok`, `empty` or `missing`." }),
        items: Type.Array(Type.Object({ role: Type.String(), text: Type.String() })),
      }),
    ),
  }),
  since: 3,
});

export const describe = defineMethod({
  name: "sessions.describe",
  summary: "One session, or null.",
  scope: "operator.read",
  params: closed({
    key: text,
    includeDerivedTitles: maybe(Type.Boolean()),
    includeLastMessage: maybe(Type.Boolean()),
  }),
  result: Type.Object({ session: nullable(SessionRow) }),
  since: 3,
});

const SessionReference = {
  key: text,
  agentId: text,
  displayName: maybe(Type.String()),
  boardFace: maybe(Type.Union([Type.Literal("chat"), Type.Literal("dashboard")])),
};

export const resolve = defineMethod({
  name: "sessions.resolve",
  summary: "The canonical key of a session named by key, id, label or the start of its id.",
  scope: "operator.read",
  params: closed({
    key: maybe(text),
    sessionId: maybe(text),
    label: maybe(SessionLabel),
    shortId: maybe(text),
    slugHint: maybe(text),
    agentId: maybe(text),
    spawnedBy: maybe(text),
    includeGlobal: maybe(Type.Boolean()),
    includeUnknown: maybe(Type.Boolean()),
    allowMissing: maybe(Type.Boolean()),
  }),
  result: Type.Union([
    closed({ ok: yes, ...SessionReference }),
    closed({
      ok: Type.Literal(false),
      candidates: maybe(Type.Array(closed(SessionReference), { maxItems: 10 })),
    }),
  ]),
  since: 3,
  hidden: true,
});

export const get = defineMethod({
  name: "sessions.get",
  summary: "The messages of a session, newest last.",
  scope: "operator.read",
  params: Type.Object({ ...bySession, limit: maybe(Type.Integer({ minimum: 1 })) }),
  result: Type.Object({ messages: Type.Array(TranscriptMessage) }),
  since: 3,
  hidden: true,
  openParams: true,
});

export const search = defineMethod({
  name: "sessions.search",
  summary: "Looks for words in what people and agents said.",
  scope: "operator.read",
  params: closed({
    agentId: maybe(text),
    sessionKeys: maybe(Type.Array(text, { minItems: 1, maxItems: MAX_SEARCH_SESSIONS })),
    query: Type.String({ minLength: 1, maxLength: MAX_SEARCH_QUERY_CHARS }),
    limit: maybe(Type.Integer({ minimum: 1, maximum: MAX_SEARCH_HITS })),
  }),
  result: closed({
    results: Type.Array(
      closed({
        sessionKey: text,
        sessionId: text,
        messageId: text,
        role: Type.Union([Type.Literal("user"), Type.Literal("assistant")]),
        timestamp: epochMs,
        snippet: Type.String(),
        score: Type.Number(),
      }),
    ),
    indexing: maybe(Type.Boolean()),
    truncated: maybe(Type.Boolean()),
  }),
  since: 4,
});

export const create = defineMethod({
  name: "sessions.create",
  summary: "Opens a session, with a first message or without.",
  scope: "operator.write",
  params: SessionsCreateParams,
  result: Type.Object(
    {
      ok: yes,
      key: text,
      sessionId: maybe(text),
      entry: maybe(anyObject),
      runStarted: maybe(Type.Boolean()),
      runId: maybe(text),
      messageSeq: maybe(Type.Integer({ minimum: 1 })),
      runError: maybe(
        closed({
          code: text,
          message: text,
          details: maybe(Type.Unknown()),
          retryable: maybe(Type.Boolean()),
          retryAfterMs: maybe(count),
        }),
      ),
    },
    { additionalProperties: true },
  ),
  since: 3,
  scopesFor: (params) => {
    const reachesFurther =
      params.incognito === true ||
      params.execNode !== undefined ||
      params.cwd !== undefined ||
      params.toolOverrides !== undefined ||
      params.permissionMode === "full";
    return reachesFurther ? ADMIN : [];
  },
});

export const send = defineMethod({
  name: "sessions.send",
  summary: "Says something in an existing session; the answer comes as events.",
  scope: "operator.write",
  params: sessionSendParams,
  result: SendAnswer,
  since: 3,
});

export const steer = defineMethod({
  name: "sessions.steer",
  summary: "Ends the run of a session and says something else instead.",
  scope: "operator.write",
  params: sessionSendParams,
  result: SendAnswer,
  since: 3,
  hidden: true,
});

export const abort = defineMethod({
  name: "sessions.abort",
  summary: "Ends the run of a session, or one run wherever it is.",
  scope: "operator.write",
  params: closed({
    key: maybe(text),
    runId: maybe(text),
    agentId: maybe(text),
    clearQueued: maybe(Type.Boolean()),
  }),
  result: Type.Object({
    ok: yes,
    abortedRunId: nullable(text),
    status: Type.String({ description: "`aborted` or `no-active-run`." }),
  }),
  since: 3,
});

export const patch = defineMethod({
  name: "sessions.patch",
  summary: "Changes what is remembered of a session: its name, model, levels; null clears.",
  scope: "operator.write",
  params: SessionsPatchParams,
  result: Type.Object(
    { ok: yes, path: Type.String(), key: text, entry: anEntry, resolved: anyObject },
    { additionalProperties: true },
  ),
  since: 3,
  scopesFor: (params) => {
    const harmless =
      params.permissionMode !== "full" && Object.keys(params).every((key) => PATCHES_FOR_WRITERS.has(key));
    return harmless ? [] : ADMIN;
  },
});

export const reset = defineMethod({
  name: "sessions.reset",
  summary: "Begins the conversation anew under the same key.",
  scope: "operator.admin",
  params: closed({ ...bySession, reason: maybe(Type.Union([Type.Literal("new"), Type.Literal("reset")])) }),
  result: Type.Object({ ok: yes, key: text, entry: anEntry, resolved: maybe(anyObject) }),
  since: 3,
});

export const remove = defineMethod({
  name: "sessions.delete",
  summary: "Deletes a session; its transcript too, unless told otherwise.",
  scope: "operator.write",
  params: closed({
    ...bySession,
    deleteTranscript: maybe(Type.Boolean()),
    expectedSessionId: maybe(text),
    expectedLifecycleRevision: maybe(text),
    expectedSessionUpdatedAt: maybe(Type.Number({ minimum: 0 })),
    emitLifecycleHooks: maybe(Type.Boolean()),
    archivedOnly: maybe(Type.Boolean()),
  }),
  result: closed({ ok: yes, key: text, deleted: Type.Boolean(), archived: texts }),
  since: 3,
  scopesFor: (params) => {
    const harmless =
      params.archivedOnly === true && Object.keys(params).every((key) => DELETES_FOR_WRITERS.has(key));
    return harmless ? [] : ADMIN;
  },
});

export const compact = defineMethod({
  name: "sessions.compact",
  summary: "Replaces the older part of a transcript by a summary, or cuts it to its last `maxLines` lines.",
  scope: "operator.admin",
  params: closed({ ...bySession, maxLines: maybe(Type.Integer({ minimum: 1 })) }),
  result: Type.Object(
    {
      ok: Type.Boolean(),
      key: text,
      compacted: Type.Boolean(),
      reason: maybe(Type.String()),
      kept: maybe(count),
      result: maybe(anyObject),
    },
    { additionalProperties: true },
  ),
  since: 3,
  waits: true,
});
