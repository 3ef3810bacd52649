import { isRecord } from "../../lib/records.ts";
import type { StoredEvent, UnsettledRun } from "../../store/index.ts";
import { interruption } from "./failure.ts";
import { commandOutcome, commandRecord } from "./record/command-record.ts";
import type { RunOutcome } from "./run.ts";
import type { TurnDeps } from "./turn/turn-deps.ts";

/** Messages among which the answer to a command stands, when it was written just before its process died. */
const LAST_MESSAGES = 64;

/**
 * Settles a chat command of an earlier process: as answered when its answer was written down, else as interrupted. It is
 * never carried out again, since what it did cannot be seen. @throws StoreError
 */
export async function resumeCommand(
  { store, sessions, clock }: Pick<TurnDeps, "store" | "sessions" | "clock">,
  row: UnsettledRun,
): Promise<"completed" | "interrupted"> {
  const record = await sessions.get(row.sessionKey);
  const sessionId = record?.sessionId ?? "";
  const range = { types: ["message"], fromEnd: true, limit: LAST_MESSAGES };
  const written = await store.transcripts.read(sessionId, range);
  const text = written.map((stored) => answerTo(row.runId, stored)).find((found) => found !== undefined);
  const answered = commandOutcome(row, { sessionId, endedAt: clock.now(), text: text ?? "" });
  const outcome: RunOutcome =
    text === undefined
      ? { ...answered, status: "interrupted", stopReason: "interrupted", error: interruption("commanded") }
      : answered;
  await store.runs.settle(row.namespace, row.runId, commandRecord(row.fingerprint, outcome));
  return text === undefined ? "interrupted" : "completed";
}

/** The text of the gateway's answer to a command; undefined for any other message. */
function answerTo(runId: string, { event: { message } }: StoredEvent): string | undefined {
  if (!isRecord(message) || message.role !== "assistant" || message.idempotencyKey !== runId)
    return undefined;
  const blocks: readonly unknown[] = Array.isArray(message.content) ? message.content : [];
  return blocks
    .flatMap((block) => (isRecord(block) && typeof block.text === "string" ? [block.text] : []))
    .join("\n");
}
