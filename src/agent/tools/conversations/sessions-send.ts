import type { RunId, SessionKey } from "../../../protocol/index.ts";
import { defineTool, jsonResult, ToolInputError } from "../define.ts";
import {
  MESSAGE_MAX_CHARS,
  SEND_MAX_WAIT_SECONDS,
  SEND_WAIT_SECONDS,
  SESSIONS_SCAN_ROWS,
} from "../limits.ts";
import { maybe, number, parameters, text } from "../parameters.ts";
import type { NestedOutcome } from "../ports.ts";
import type { Tool, ToolContext, ToolResult } from "../tool.ts";
import { type ConversationDeps, keyFor, reach } from "./deps.ts";
import { agentsRefusal, hiddenReason } from "./visibility.ts";

interface Target {
  readonly sessionKey: SessionKey;
  readonly agentId: string;
}

interface SendArgs {
  readonly sessionKey?: string;
  readonly label?: string;
  readonly agentId?: string;
}

/** `sessions_send`: a message to another session of this gateway, and its answer. */
export function sessionsSendTool(deps: ConversationDeps): Tool {
  return defineTool({
    name: "sessions_send",
    label: "Session Send",
    description: "Send a message to another session and wait for its answer.",
    scope: "anyone",
    parameters: parameters({
      message: text(),
      sessionKey: maybe(text()),
      label: maybe(text()),
      agentId: maybe(text()),
      timeoutSeconds: maybe(number("default 30, 0 does not wait")),
    }),
    async run({ message, timeoutSeconds, ...named }, context) {
      if (message.trim() === "") throw new ToolInputError("message required");
      if (message.length > MESSAGE_MAX_CHARS) throw new ToolInputError("message is too long");
      const target = await targetOf(deps, named, context);
      if (target.sessionKey === context.sessionKey) {
        throw new ToolInputError("this is the current session: just answer");
      }
      const seconds = Math.min(timeoutSeconds ?? SEND_WAIT_SECONDS, SEND_MAX_WAIT_SECONDS);
      return await send(deps, target, message, seconds, context);
    },
  });
}

async function send(
  deps: ConversationDeps,
  { sessionKey, agentId }: Target,
  message: string,
  seconds: number,
  context: ToolContext,
): Promise<ToolResult> {
  const runId = deps.ids.uuid() as RunId;
  const submission = await deps.runs().submit({
    namespace: "agent",
    runId,
    sessionKey,
    agentId,
    message,
    // Whoever asked for this asks over there too: their rights, not the other conversation's.
    sender: context.sender,
    extraSystemPrompt: `This message was sent by the agent of session ${context.sessionKey} with sessions_send.`,
    createdVia: "sessions_send",
    // Own lane: a turn that waits for another one must not keep the place it needs.
    lane: "subagent",
    kind: "agent",
  });
  const at = { runId, sessionKey };
  if (submission.state === "refused") throw new ToolInputError(submission.reason);
  if (submission.state === "conflict") throw new Error("a fresh run id was taken");
  if (submission.state === "settled") return answered(submission.outcome, at);
  if (seconds === 0) return jsonResult({ ...at, status: "accepted" });
  const outcome = await awaited(submission.done, seconds * 1_000, context.signal, deps);
  return outcome
    ? answered(outcome, at)
    : jsonResult({ ...at, status: "timeout", note: "it goes on; see sessions_history" });
}

function answered(
  outcome: NestedOutcome,
  at: { readonly runId: RunId; readonly sessionKey: SessionKey },
): ToolResult {
  if (outcome.status === "ok") return jsonResult({ ...at, status: "ok", reply: outcome.text });
  return {
    ...jsonResult({
      ...at,
      status: outcome.status,
      error: outcome.error?.message ?? `the run was ${outcome.status}`,
    }),
    isError: true,
  };
}

async function awaited(
  done: Promise<NestedOutcome>,
  ms: number,
  signal: AbortSignal,
  { clock }: ConversationDeps,
): Promise<NestedOutcome | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = clock.after(ms, () => resolve(undefined));
  const onAbort = () => resolve(undefined);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const outcome = await Promise.race([done, promise]);
    signal.throwIfAborted();
    return outcome;
  } finally {
    timer.cancel();
    signal.removeEventListener("abort", onAbort);
  }
}

async function targetOf(deps: ConversationDeps, named: SendArgs, context: ToolContext): Promise<Target> {
  const { sessionKey, label, agentId } = named;
  if (agentId && !deps.roster.has(agentId)) throw new ToolInputError(`unknown agent id "${agentId}"`);
  if (sessionKey) {
    const record = await reach(
      deps,
      context,
      agentId ? keyFor(deps.sessions, context, sessionKey, agentId) : sessionKey,
    );
    return { sessionKey: record.key, agentId: record.agentId };
  }
  if (label) return await byLabel(deps, label, agentId, context);
  if (!agentId) throw new ToolInputError("sessionKey required");
  return mainOf(deps, agentId, context);
}

/** An agent's main conversation, which need not have begun. */
function mainOf(deps: ConversationDeps, agentId: string, context: ToolContext): Target {
  const key = deps.sessions.main(agentId);
  const session = { key, agentId, entry: {} };
  const refusal =
    agentsRefusal(deps.config(), context.agentId, agentId) ??
    hiddenReason(deps.config(), context, session, deps.sessions.main(context.agentId));
  if (refusal !== undefined) throw new ToolInputError(refusal);
  return { sessionKey: key, agentId };
}

async function byLabel(
  deps: ConversationDeps,
  label: string,
  agentId: string | undefined,
  context: ToolContext,
): Promise<Target> {
  const { rows } = await deps.sessions.list({
    search: label,
    limit: SESSIONS_SCAN_ROWS,
    ...(agentId && { agentId }),
  });
  const main = deps.sessions.main(context.agentId);
  const found = rows.filter(
    (record) =>
      record.entry.label === label && hiddenReason(deps.config(), context, record, main) === undefined,
  );
  const [only, other] = found;
  if (!only) throw new ToolInputError(`no session has the label "${label}"`);
  if (other)
    throw new ToolInputError(`${found.length} sessions have the label "${label}": give a sessionKey`);
  return { sessionKey: only.key, agentId: only.agentId };
}
