import type { AgentPart } from "../../agent/index.ts";
import type { OpenClawConfig } from "../../config/index.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Ids } from "../../lib/ids.ts";
import {
  invalidRequest,
  type ParamsOf,
  type ProtocolError,
  type RunId,
  sessions,
  unavailable,
} from "../../protocol/index.ts";
import type { SessionRecord, TranscriptRepository } from "../../store/index.ts";
import { type BoundMethod, type Client, handle } from "../method.ts";
import { attachmentLimit, attachmentsOf } from "../turns/saying/attachments.ts";
import { senderOf } from "../turns/client-sender.ts";
import { type Incoming, requireContent, typed } from "../turns/saying/incoming.ts";
import type { ModelFacts } from "../turns/sessions/model-facts.ts";
import { sendAnswer } from "../turns/saying/send-answer.ts";
import type { SessionCreation } from "../turns/sessions/session-creation.ts";
import { entryOf } from "../turns/sessions/session-entry.ts";
import type { SessionPatches } from "../turns/sessions/session-patch.ts";
import type { SessionTarget, SessionTargets } from "../turns/target.ts";
import type { TurnBroadcast } from "../turns/turn-broadcast.ts";
import type { TurnRequests } from "../turns/saying/turn-requests.ts";

export interface SessionWriteDeps {
  readonly agent: Pick<AgentPart, "runs" | "sessions">;
  readonly requests: TurnRequests;
  readonly targets: SessionTargets;
  readonly creation: SessionCreation;
  readonly patches: SessionPatches;
  readonly models: ModelFacts;
  readonly turns: TurnBroadcast;
  readonly transcripts: Pick<TranscriptRepository, "count">;
  readonly config: () => OpenClawConfig;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Where sessions are stored, for people. */
  readonly path: string;
}

/** What changes sessions, and what is said in them by key; every change is told to those who watch sessions. */
export function sessionWriteHandlers(deps: SessionWriteDeps): BoundMethod[] {
  return [
    handle(sessions.create, (params, { client }) => deps.creation.create(params, client)),
    handle(sessions.send, (params, { client }) => say(deps, params, client)),
    handle(sessions.steer, (params, { client }) => say(deps, params, client, "interrupt")),
    handle(sessions.abort, (params) => abort(deps, params)),
    handle(sessions.patch, (params, { client }) => patch(deps, params, client)),
    handle(sessions.reset, (params, { client }) => reset(deps, params, client)),
    handle(sessions.remove, (params) => remove(deps, params)),
    handle(sessions.compact, (params) => compact(deps, params)),
  ];
}

/** Only the main session comes to be by being spoken to. */
async function say(
  deps: SessionWriteDeps,
  params: ParamsOf<typeof sessions.send>,
  client: Client,
  queueMode?: Incoming["queueMode"],
) {
  const target = deps.targets.require(params.key, params.agentId);
  const isKnown = (await deps.agent.sessions.get(target.key)) !== undefined;
  if (!isKnown && (queueMode !== undefined || target.key !== deps.agent.sessions.main(target.agentId))) {
    throw invalidRequest(`session not found: ${params.key}`);
  }
  const message = typed(params.message);
  const attachments = attachmentsOf(params.attachments, attachmentLimit(deps.config()));
  requireContent(message, attachments);
  const runId = (params.idempotencyKey ?? deps.ids.uuid()) as RunId;
  const { thinking, timeoutMs } = params;
  const taken = await deps.requests.take({
    kind: "chat",
    runId,
    target,
    message,
    attachments,
    sender: senderOf(client),
    mayCommand: true,
    thinking,
    timeoutMs,
    queueMode,
  });
  return sendAnswer(taken, runId);
}

async function abort(deps: SessionWriteDeps, params: ParamsOf<typeof sessions.abort>) {
  const { runs, sessions: conversations } = deps.agent;
  const runId = params.runId as RunId | undefined;
  const run = runId === undefined ? undefined : runs.active().find((one) => one.runId === runId);
  if (params.key === undefined && runId === undefined) throw invalidRequest("key required");
  const key = params.key === undefined ? run?.sessionKey : deps.targets.find(params.key, params.agentId).key;
  if (key === undefined) return NOTHING_RAN;
  if (run && run.sessionKey !== key) throw invalidRequest("runId does not match session");
  const [ended] = await runs.abort(key, {
    ...(runId !== undefined && { runId }),
    reason: "rpc",
    clearQueue: params.clearQueued === true,
  });
  if (ended === undefined) return NOTHING_RAN;
  const record = await conversations.get(key);
  if (record) deps.turns.sessionChanged(record, { reason: "abort" });
  return { ok: true as const, abortedRunId: ended, status: "aborted" };
}

const NOTHING_RAN = { ok: true, abortedRunId: null, status: "no-active-run" } as const;

async function patch(deps: SessionWriteDeps, params: ParamsOf<typeof sessions.patch>, client: Client) {
  const { agent, turns, clock, models, path } = deps;
  const target = deps.targets.require(params.key, params.agentId);
  const known = await agent.sessions.get(target.key);
  requireUnchanged(params, known, target, "patch");
  if (!known && params.archived !== undefined) throw invalidRequest(`session not found: ${target.key}`);
  if (params.archived !== undefined) requireIdle(deps, target);
  const record = known ?? (await enter(deps, target, client));
  const change = await deps.patches.read(params, record, clock.now());
  const patched = await agent.sessions.patch(target.key, change);
  if (!patched) throw changed(target, "patch");
  turns.sessionChanged(patched, { reason: known ? "patch" : "create" });
  const resolved = await models.resolved(patched);
  return { ok: true as const, path, key: target.key, entry: entryOf(patched), resolved };
}

async function reset(deps: SessionWriteDeps, params: ParamsOf<typeof sessions.reset>, client: Client) {
  const { agent, turns, models } = deps;
  const target = deps.targets.require(params.key, params.agentId);
  await agent.runs.abort(target.key, { reason: "reset", clearQueue: true });
  const record =
    (await agent.sessions.reset(target.key, params.reason ?? "reset")) ?? (await enter(deps, target, client));
  turns.sessionChanged(record, { reason: "reset" });
  const resolved = await models.resolved(record);
  return { ok: true as const, key: target.key, entry: entryOf(record), resolved };
}

async function remove(deps: SessionWriteDeps, params: ParamsOf<typeof sessions.remove>) {
  const { agent, turns } = deps;
  const target = deps.targets.find(params.key, params.agentId);
  if (target.key === agent.sessions.main(target.agentId)) {
    throw invalidRequest(`Cannot delete the main session (${target.key}).`);
  }
  const record = await agent.sessions.get(target.key);
  if (record) requireUnchanged(params, record, target, "deletion");
  if (params.archivedOnly === true && record?.entry.archivedAt === undefined) {
    throw invalidRequest(`Session ${params.key} is not archived. Archive it first, then delete it.`);
  }
  if (!record) return { ok: true as const, key: target.key, deleted: false, archived: [] };
  await agent.runs.abort(target.key, { reason: "deleted", clearQueue: true });
  const deleted = await agent.sessions.remove(target.key, {
    transcripts: params.deleteTranscript !== false,
  });
  if (deleted) turns.sessionChanged(record, { reason: "delete", deleted: true });
  return { ok: true as const, key: target.key, deleted, archived: [] };
}

async function compact(deps: SessionWriteDeps, params: ParamsOf<typeof sessions.compact>) {
  const { agent, transcripts } = deps;
  const target = deps.targets.find(params.key, params.agentId);
  const { key } = target;
  const record = await agent.sessions.get(key);
  if (!record) return { ok: true, key, compacted: false, reason: "no sessionId" };
  requireIdle(deps, target);
  if (params.maxLines !== undefined) {
    const gone = (await agent.sessions.keepLast(key, params.maxLines)) ?? 0;
    if (gone > 0) await told(deps, record, "compact");
    return { ok: true, key, compacted: gone > 0, kept: await transcripts.count(record.sessionId) };
  }
  let result: Awaited<ReturnType<AgentPart["runs"]["compact"]>>;
  try {
    result = await agent.runs.compact(key);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: true, key, compacted: false, reason };
  }
  await told(deps, record, "compact");
  return { ok: true, key, compacted: true, result: { ...result } };
}

/** Tells of a change that was made elsewhere. */
async function told(
  { agent, turns }: SessionWriteDeps,
  record: SessionRecord,
  reason: string,
): Promise<void> {
  turns.sessionChanged((await agent.sessions.get(record.key)) ?? record, { reason });
}

async function enter(
  { agent }: SessionWriteDeps,
  target: SessionTarget,
  client: Client,
): Promise<SessionRecord> {
  const { record } = await agent.sessions.enter({
    ...target,
    createdVia: "operator",
    sender: senderOf(client),
    internal: true,
  });
  return record;
}

/** The session must be the one the caller saw. @throws ProtocolError */
function requireUnchanged(
  expected: { readonly expectedSessionId?: string; readonly expectedLifecycleRevision?: string },
  record: SessionRecord | undefined,
  target: SessionTarget,
  act: string,
): void {
  const { expectedSessionId: id, expectedLifecycleRevision: revision } = expected;
  const isOther = id !== undefined && id !== record?.sessionId;
  const isLater = revision !== undefined && revision !== String(record?.entry.lifecycleRevision ?? 0);
  if (isOther || isLater) throw changed(target, act);
}

function changed({ key }: SessionTarget, act: string): ProtocolError {
  return invalidRequest(`Session ${key} changed before ${act}. Retry.`, { reason: "session-changed" });
}

/** @throws ProtocolError while a run is under way */
function requireIdle({ agent }: SessionWriteDeps, { key }: SessionTarget): void {
  if (agent.runs.active(key).length === 0) return;
  throw unavailable(`Session ${key} is still active; try again in a moment.`, { retryable: true });
}
