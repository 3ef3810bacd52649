import type { AssistantMessage, Usage } from "@earendil-works/pi-ai";
import type { SessionRecord, UsageRecord } from "../../../store/index.ts";
import type { RunRequest, RunUsage } from "../run.ts";

export const NO_USAGE: RunUsage = {
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite: 0,
  total: 0,
  cost: 0,
};

/** One call's usage in the words of an outcome. */
export function usageOf(usage: Usage): RunUsage {
  const { input, output, cacheRead, cacheWrite, totalTokens, cost } = usage;
  return { input, output, cacheRead, cacheWrite, total: totalTokens, cost: cost.total };
}

/** What all calls of a run used together. */
export function sumOf(one: RunUsage, other: RunUsage): RunUsage {
  return {
    input: one.input + other.input,
    output: one.output + other.output,
    cacheRead: one.cacheRead + other.cacheRead,
    cacheWrite: one.cacheWrite + other.cacheWrite,
    total: one.total + other.total,
    cost: one.cost + other.cost,
  };
}

/** Tokens of a call's prompt: how much of the context window the conversation takes. */
export function promptTokens({ input, cacheRead, cacheWrite }: RunUsage): number {
  return input + cacheRead + cacheWrite;
}

/** The row that goes with a message; undefined when the provider counted nothing. */
export function usageRecord(
  message: AssistantMessage,
  request: RunRequest,
  record: SessionRecord,
  facts: { at: number; priced: boolean; durationMs: number },
): UsageRecord | undefined {
  const { input, output, cacheRead, cacheWrite, totalTokens, cost } = message.usage;
  if (totalTokens === 0 && input + output + cacheRead + cacheWrite === 0) return undefined;
  return {
    at: facts.at,
    agentId: request.agentId,
    sessionKey: record.key,
    sessionId: record.sessionId,
    runId: request.runId,
    provider: message.provider,
    model: message.model,
    channel: request.sender.channel,
    input,
    output,
    cacheRead,
    cacheWrite,
    totalTokens,
    ...(facts.priced && { cost }),
    durationMs: facts.durationMs,
  };
}
