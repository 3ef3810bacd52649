import type { RunOutcome } from "../../../agent/index.ts";
import { invalidRequest, ProtocolError, unavailable } from "../../../protocol/index.ts";
import { FailureWithPayload } from "../../wire/router.ts";

/** Why a run failed, for people. */
export function failureText({ status, error }: RunOutcome): string {
  if (error !== undefined) return error.display ?? error.message;
  return status === "interrupted" ? "The gateway stopped while this run was under way." : "The run failed.";
}

/**
 * The second answer of `agent`, also for repeats: what was said, or that it was ended. @throws FailureWithPayload when
 * the run failed, or its time was up
 */
export function agentAnswer(outcome: RunOutcome) {
  const { runId, status, stopReason } = outcome;
  switch (status) {
    case "ok":
      return { runId, status: "ok", summary: "completed", result: agentResult(outcome) };
    case "aborted":
      return { runId, status: "timeout", summary: "aborted", stopReason };
    case "timeout":
      throw new FailureWithPayload(new ProtocolError("AGENT_TIMEOUT", failureText(outcome)), {
        ...timedOut(outcome),
        result: agentResult(outcome),
      });
    case "error":
    case "interrupted":
      throw failed(outcome);
  }
}

/** The answer of `chat.send` to a repeat of what is over. @throws FailureWithPayload when the run failed */
export function chatReplay(outcome: RunOutcome) {
  const { runId, status, stopReason, endedAt } = outcome;
  switch (status) {
    case "ok":
      return { runId, status: "ok" };
    case "aborted":
    case "timeout":
      return { runId, status: "timeout", summary: "aborted", stopReason, endedAt };
    case "error":
    case "interrupted":
      throw failed(outcome);
  }
}

/** The answer of `agent.wait` when the run is over. */
export function waitAnswer(outcome: RunOutcome) {
  const { runId, status, startedAt, endedAt, stopReason } = outcome;
  const ended = { runId, startedAt, endedAt, stopReason };
  switch (status) {
    case "ok":
      return { ...ended, status: "ok", livenessState: "working", ...terminalFacts(outcome) };
    case "aborted":
      return { ...ended, status: "timeout" };
    case "timeout":
      return { ...ended, ...timedOut(outcome), error: failureText(outcome) };
    case "error":
    case "interrupted":
      return { ...ended, status: "error", error: failureText(outcome) };
  }
}

function failed(outcome: RunOutcome): FailureWithPayload {
  const summary = failureText(outcome);
  return new FailureWithPayload(unavailable(summary), { runId: outcome.runId, status: "error", summary });
}

function timedOut({ runId, providerStarted = false, timeoutPhase }: RunOutcome) {
  return {
    runId,
    status: "timeout",
    summary: "aborted",
    timeoutPhase: timeoutPhase ?? (providerStarted ? "provider" : "queue"),
    providerStarted,
  };
}

/** What was said in the end, and by whom. */
function terminalFacts(outcome: RunOutcome) {
  const isVisible = outcome.text !== "";
  return {
    terminalReceipt: { ...receiptOf(outcome), terminalDisposition: isVisible ? "visible" : "not-visible" },
    terminalReply: isVisible ? { disposition: "visible", text: outcome.text } : { disposition: "empty" },
  };
}

function receiptOf({ runId, sessionId, provider, model, responseModel, toolNames, failovers }: RunOutcome) {
  const [first] = failovers ?? [];
  return {
    runId,
    sessionId,
    turnId: runId,
    requested: first === undefined ? { provider, model } : refOf(first.from),
    effective: { provider, model, ...(responseModel !== undefined && { responseModel }) },
    successfulToolNames: toolNames,
    rerouted: first !== undefined,
  };
}

function refOf(text: string): { provider: string; model: string } {
  const slash = text.indexOf("/");
  return { provider: text.slice(0, Math.max(slash, 0)), model: text.slice(slash + 1) };
}

function agentResult(outcome: RunOutcome) {
  const { payloads, sessionId, sessionKey, provider, model, contextTokens, usage, lastCallUsage } = outcome;
  return {
    payloads,
    meta: {
      durationMs: outcome.endedAt - outcome.startedAt,
      agentMeta: {
        sessionId,
        sessionFile: sessionKey,
        provider,
        model,
        contextTokens,
        usage: { ...usage, cost: { total: usage.cost } },
        lastCallUsage: { ...lastCallUsage, cost: { total: lastCallUsage.cost } },
        promptTokens: lastCallUsage.input + lastCallUsage.cacheRead + lastCallUsage.cacheWrite,
        assistantTurns: outcome.assistantTurns,
        terminalReceipt: receiptOf(outcome),
      },
      aborted: outcome.status === "aborted",
      finalAssistantVisibleText: outcome.text,
      stopReason: outcome.stopReason,
      executionTrace: {
        winnerProvider: provider,
        winnerModel: model,
        fallbackUsed: (outcome.failovers ?? []).some(({ from, to }) => from !== to),
        attempts: outcome.failovers ?? [],
      },
      completion: { stopReason: outcome.stopReason },
    },
  };
}

/** An outcome that came back from the store. */
export function isRunOutcome(value: unknown): value is RunOutcome {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof Reflect.get(value, "runId") === "string" &&
    typeof Reflect.get(value, "status") === "string" &&
    Array.isArray(Reflect.get(value, "payloads"))
  );
}

/** The same idempotency key for something else. */
export function requestConflict(): ProtocolError {
  return invalidRequest(
    "This message ID was already used for different input. " +
      "Check the conversation history and use a new message ID to send again.",
    { reason: "chat-request-conflict" },
  );
}
