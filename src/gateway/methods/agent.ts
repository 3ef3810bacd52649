import type { AgentPart, RunOutcome, RunRequest } from "../../agent/index.ts";
import type { OpenClawConfig } from "../../config/index.ts";
import type { Clock } from "../../lib/clock.ts";
import {
  agent,
  holdsScope,
  invalidRequest,
  type ParamsOf,
  ProtocolError,
  type RunId,
  type SessionKey,
  unavailable,
} from "../../protocol/index.ts";
import type { RunRepository, SessionRepository } from "../../store/index.ts";
import type { AgentDelivery, Destination } from "../channels/agent-delivery.ts";
import { type BoundMethod, handle, type MethodContext } from "../method.ts";
import { attachmentLimit, attachmentsOf } from "../turns/saying/attachments.ts";
import { senderOf } from "../turns/client-sender.ts";
import { type Incoming, requireContent, typed } from "../turns/saying/incoming.ts";
import { AGENT_WAIT_MS } from "../turns/limits.ts";
import { agentAnswer, requestConflict, waitAnswer } from "../turns/saying/outcome-wire.ts";
import type { SessionTarget, SessionTargets } from "../turns/target.ts";
import type { Taken, TurnRequests } from "../turns/saying/turn-requests.ts";

export interface AgentDeps {
  readonly agent: Pick<AgentPart, "roster" | "runs" | "sessions">;
  readonly requests: TurnRequests;
  readonly targets: SessionTargets;
  readonly delivery: AgentDelivery;
  readonly store: { readonly sessions: SessionRepository; readonly runs: RunRepository };
  readonly config: () => OpenClawConfig;
  readonly clock: Clock;
}

type AgentParams = ParamsOf<typeof agent.agent>;

export function agentHandlers(deps: AgentDeps): BoundMethod[] {
  return [
    handle(agent.agent, async (params, ctx) => {
      const incoming = await incomingOf(deps, params, ctx);
      const { runId, target } = incoming;
      const about = { runId, sessionKey: target.key, agentId: target.agentId };
      const destination = await destinationOf(deps, params, target.key);
      const taken = await deps.requests.take(incoming);
      return answerTo(taken, about, ctx, async (outcome) => {
        const answer = agentAnswer(outcome);
        if (destination === undefined) return answer;
        return { ...answer, delivery: await deps.delivery.deliver(destination, outcome) };
      });
    }),
    handle(agent.agentWait, ({ runId, timeoutMs }, ctx) =>
      waitFor(deps, runId as RunId, timeoutMs ?? AGENT_WAIT_MS, ctx.signal),
    ),
  ];
}

/** Accepted runs are answered twice, everything else at once. */
async function answerTo(
  taken: Taken,
  about: { readonly runId: RunId; readonly sessionKey: SessionKey; readonly agentId: string },
  ctx: MethodContext,
  answer: (outcome: RunOutcome) => Promise<ReturnType<typeof agentAnswer>>,
) {
  const { runId } = about;
  switch (taken.state) {
    case "accepted":
      ctx.accept({ ...about, status: "accepted", acceptedAt: taken.acceptedAt });
      return answer(await taken.done);
    case "in_flight":
      return { ...about, status: "in_flight" };
    case "settled":
      return answer(taken.outcome);
    case "stopped":
      return {
        runId,
        status: "ok",
        summary: "completed",
        aborted: taken.runIds.length > 0,
        runIds: taken.runIds,
        result: { payloads: [{ text: stoppedText(taken.runIds), mediaUrl: null }], meta: {} },
      };
    case "conflict":
      throw requestConflict();
    case "refused":
      throw unavailable(taken.reason, { retryable: true });
  }
}

function stoppedText({ length }: readonly string[]): string {
  return length > 0 ? "⚙️ Agent was aborted." : "Nothing was running.";
}

async function incomingOf(
  deps: AgentDeps,
  params: AgentParams,
  { client }: MethodContext,
): Promise<Incoming> {
  const { agentId } = params;
  if (agentId !== undefined && !deps.agent.roster.has(agentId)) {
    throw invalidRequest(`invalid agent params: unknown agent id "${agentId}"`);
  }
  requireKnownChannel(deps, params);
  refuseWishes(params);
  if (params.cwd !== undefined) throw invalidRequest("cwd is reserved for plugin-owned subagent runs");
  const model = modelOf(params);
  if (model !== undefined && !holdsScope(client.scopes, "operator.admin")) {
    throw invalidRequest("provider/model overrides are not authorized for this caller.");
  }
  const target = await targetOf(deps, params);
  const message = typed(params.message);
  const attachments = attachmentsOf(params.attachments, attachmentLimit(deps.config()));
  requireContent(message, attachments);
  return {
    kind: "agent",
    runId: params.idempotencyKey as RunId,
    target,
    message,
    attachments,
    sender: { ...senderOf(client), ...(params.to !== undefined && { to: params.to }) },
    mayCommand: true,
    model,
    thinking: params.thinking,
    timeoutMs: params.timeout === undefined ? undefined : params.timeout * 1_000,
    extraSystemPrompt: params.extraSystemPrompt,
    label: params.label,
    lane: laneOf(params.lane),
  };
}

/** A key, the conversation of an id, or the agent's main one. */
async function targetOf(deps: AgentDeps, params: AgentParams): Promise<SessionTarget> {
  const { sessionKey, sessionId, agentId } = params;
  if (sessionKey !== undefined && sessionKey !== "") return deps.targets.require(sessionKey, agentId);
  if (sessionId !== undefined && sessionId !== "") {
    const known = await deps.store.sessions.bySessionId(sessionId);
    return deps.targets.require(known?.key ?? `explicit:${sessionId}`, known ? undefined : agentId);
  }
  return deps.targets.require("main", agentId);
}

/** Channels that have no account here cannot be answered on. */
function requireKnownChannel({ delivery }: AgentDeps, { channel, replyChannel }: AgentParams): void {
  const unknown = [channel, replyChannel].find((name) => !delivery.knows(name));
  if (unknown !== undefined) throw invalidRequest(`invalid agent params: unknown channel: ${unknown}`);
}

/** The chat the answer is sent to as well, when that is wished. @throws ProtocolError when there is none */
async function destinationOf(
  { delivery }: AgentDeps,
  params: AgentParams,
  key: SessionKey,
): Promise<Destination | undefined> {
  if (params.deliver !== true) return undefined;
  try {
    return await delivery.destination(params, key);
  } catch (error) {
    if (params.bestEffortDeliver === true && error instanceof ProtocolError) return undefined;
    throw error;
  }
}

/** Wishes of the published contract that this gateway cannot fulfil; what is harmless to leave undone is not here. */
const UNFULFILLED: readonly (keyof AgentParams)[] = [
  "modelRun",
  "promptMode",
  "bootstrapContextMode",
  "suppressPromptPersistence",
  "sessionEffects",
  "sourceReplyDeliveryMode",
  "disableMessageTool",
  "swarmCollector",
  "swarmOutputSchema",
  "forceRestartSafeTools",
  "forceCodeModeTools",
];

/** The value that asks for what happens anyway. */
const AS_EVER: ReadonlySet<unknown> = new Set([undefined, false, "full", "visible", "automatic"]);

/** Better refused than carried out in another way than was asked. */
function refuseWishes(params: AgentParams): void {
  const name = UNFULFILLED.find((key) => !AS_EVER.has(params[key]));
  if (name !== undefined)
    throw invalidRequest(`invalid agent params: ${name} is not supported by this gateway`);
}

function modelOf({ provider, model }: AgentParams): string | undefined {
  if (model === undefined || model === "") return undefined;
  return provider === undefined || provider === "" ? model : `${provider}/${model}`;
}

function laneOf(lane: string | undefined): NonNullable<RunRequest["lane"]> {
  switch (lane) {
    case "subagent":
    case "cron":
    case "background":
      return lane;
    default:
      return "main";
  }
}

async function waitFor(deps: AgentDeps, runId: RunId, timeoutMs: number, signal: AbortSignal) {
  const { runs } = deps.agent;
  const outcome = await runs.wait(runId, timeoutMs, signal);
  if (outcome) return waitAnswer(outcome);
  const isAtWork = runs.active().some((run) => run.runId === runId);
  if (isAtWork || !(await isAccepted(deps, runId))) return { runId, status: "timeout" };
  return { runId, status: "pending", timeoutPhase: "queue", providerStarted: false };
}

/** Accepted, and not over. */
async function isAccepted({ store }: AgentDeps, runId: RunId): Promise<boolean> {
  const known = await Promise.all(["chat", "agent"].map((namespace) => store.runs.lookup(namespace, runId)));
  return known.some((claim) => claim?.state === "in_flight");
}
