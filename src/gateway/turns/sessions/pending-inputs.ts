import type { AgentPart } from "../../../agent/index.ts";
import type { SessionKey } from "../../../protocol/index.ts";

/** Messages that were accepted and wait behind the run of their session, oldest first. */
export function pendingInputs({ runs }: Pick<AgentPart, "runs">, key: SessionKey) {
  const items = runs.queued(key).map(({ runId, message, acceptedAt }) => ({
    id: runId,
    runId,
    acceptedAt,
    state: "queued" as const,
    message: {
      role: "user",
      content: message,
      timestamp: acceptedAt,
      __openclaw: { id: `pending:${runId}` },
    },
  }));
  return { items, total: items.length };
}

/** The run of a session that has begun, for clients that join in the middle; the last one when there are several. */
export function inFlightRun({ runs }: Pick<AgentPart, "runs">, key: SessionKey) {
  const run = runs.active(key).findLast(({ startedAt }) => startedAt !== undefined);
  return run && { runId: run.runId, text: run.text, startedAt: run.startedAt };
}
