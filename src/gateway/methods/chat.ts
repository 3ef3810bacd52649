import { type AgentPart, commandEntries, type ModelInfo } from "../../agent/index.ts";
import type { OpenClawConfig } from "../../config/index.ts";
import { chat, invalidRequest, type ParamsOf, type RunId } from "../../protocol/index.ts";
import type { TranscriptRepository } from "../../store/index.ts";
import { type BoundMethod, handle, type MethodContext } from "../method.ts";
import { attachmentLimit, attachmentsOf } from "../turns/saying/attachments.ts";
import { senderOf } from "../turns/client-sender.ts";
import { requireExpected } from "../turns/saying/expectations.ts";
import type { HistoryAnswers } from "../turns/sessions/history-answers.ts";
import { type Incoming, requireContent, typed } from "../turns/saying/incoming.ts";
import type { Injector } from "../turns/saying/injector.ts";
import { sendAnswer } from "../turns/saying/send-answer.ts";
import type { SessionTargets } from "../turns/target.ts";
import type { TurnRequests } from "../turns/saying/turn-requests.ts";

export interface ChatDeps {
  readonly agent: Pick<AgentPart, "commands" | "runs" | "sessions">;
  /** Every model that can be chosen, for a composer. */
  readonly listModels: (agentId: string) => Promise<readonly ModelInfo[]>;
  readonly requests: TurnRequests;
  readonly targets: SessionTargets;
  readonly history: HistoryAnswers;
  readonly injector: Injector;
  readonly transcripts: Pick<TranscriptRepository, "find" | "last">;
  readonly config: () => OpenClawConfig;
}

export function chatHandlers(deps: ChatDeps): BoundMethod[] {
  const { agent, targets, history } = deps;
  return [
    handle(chat.chatHistory, (params) => {
      const { sessionKey, agentId, cursor, limit, offset, messageId, sessionId, maxChars, maxBytes } = params;
      const target = targets.find(sessionKey, agentId);
      if (cursor !== undefined) return history.since(target, cursor, { maxChars, maxBytes });
      const query = { limit, offset, messageId, sessionId, maxChars, maxBytes };
      return history.page(sessionKey, target, query);
    }),
    handle(chat.chatStartup, ({ sessionKey, agentId, limit, maxBytes }) =>
      history.page(sessionKey, targets.find(sessionKey, agentId), { limit, maxBytes }),
    ),
    handle(chat.chatMetadata, async ({ sessionKey, agentId }) => {
      const target = targets.find(sessionKey ?? "main", agentId);
      return {
        models: (await deps.listModels(target.agentId)).map(modelRow),
        commands: commandEntries(agent.commands.all),
        swarmEnabled: false,
        accountSelection: { kind: "automatic", label: "Automatic account selection" },
        runtimeSelectionLocked: false,
      };
    }),
    handle(chat.chatMessageGet, async ({ sessionKey, agentId, messageId, maxChars }) => {
      const record = await agent.sessions.get(targets.find(sessionKey, agentId).key);
      const message = record && (await agent.sessions.message(record, messageId, maxChars));
      return message ? { ok: true, message } : { ok: false, unavailableReason: "not_found" as const };
    }),
    handle(chat.chatSend, async (params, ctx) => {
      const incoming = incomingOf(deps, params, ctx);
      await requireExpected(params, await agent.sessions.get(incoming.target.key), deps.transcripts);
      return sendAnswer(await deps.requests.take(incoming), incoming.runId);
    }),
    handle(chat.chatAbort, async ({ sessionKey, agentId, runId }) => {
      const { key } = targets.find(sessionKey, agentId);
      const runIds = await agent.runs.abort(key, {
        ...(runId !== undefined && { runId: runId as RunId }),
        reason: "rpc",
        clearQueue: true,
      });
      return { ok: true as const, aborted: runIds.length > 0, runIds };
    }),
    handle(chat.chatInject, async ({ sessionKey, agentId, message, label }) => {
      const record = await agent.sessions.get(targets.find(sessionKey, agentId).key);
      if (!record) throw invalidRequest("session not found");
      const text = label === undefined || label === "" ? message : `[${label}]\n\n${message}`;
      return { ok: true as const, messageId: await deps.injector.inject(record, typed(text)) };
    }),
  ];
}

function incomingOf(
  { targets, config }: ChatDeps,
  params: ParamsOf<typeof chat.chatSend>,
  { client }: MethodContext,
): Incoming {
  if (params.intent !== undefined) throw invalidRequest("Goals are not supported by this gateway.");
  const message = typed(params.message);
  const attachments = attachmentsOf(params.attachments, attachmentLimit(config()));
  requireContent(message, attachments);
  const { thinking, timeoutMs, queueMode } = params;
  return {
    kind: "chat",
    runId: params.idempotencyKey as RunId,
    target: targets.require(params.sessionKey, params.agentId),
    message,
    attachments,
    sender: senderOf(client),
    mayCommand: params.suppressCommandInterpretation !== true,
    thinking,
    timeoutMs,
    queueMode,
  };
}

/** A model as composers show it. */
function modelRow(info: ModelInfo) {
  const { model: id, name, provider, alias, contextWindow, reasoning, input, tags, available } = info;
  return {
    id,
    name,
    provider,
    ...(alias !== undefined && { alias }),
    contextWindow,
    reasoning,
    input,
    tags,
    available,
    thinkingLevels: info.thinkingLevels.map((level) => ({ id: level, label: level })),
    thinkingDefault: info.thinkingDefault,
  };
}
