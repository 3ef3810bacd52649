import type { RunId } from "../../protocol/index.ts";
import type { SessionRecord, UnsettledRun } from "../../store/index.ts";
import { acceptanceOf } from "./acceptance.ts";
import { interruption, INTERRUPTIONS } from "./failure.ts";
import type { Intake } from "./intake.ts";
import { type Acceptance, LiveRun } from "./live-run.ts";
import { type Ending, outcomeOf } from "./outcome.ts";
import { isCommandRow } from "./record/command-record.ts";
import { resumeCommand } from "./resume-command.ts";
import { answerIn } from "./record/answer.ts";
import { resultsOfOpenCalls } from "./record/open-calls.ts";
import { unansweredNote } from "./record/last-words.ts";
import { TranscriptWriter } from "./record/writer.ts";
import type { RunOutcome } from "./run.ts";
import { Tally } from "./turn/tally.ts";
import type { TurnDeps } from "./turn/turn-deps.ts";

/** What became of the runs of an earlier process. */
export interface Resumed {
  /** Are run again, or for the first time. */
  readonly resumed: number;
  /** Had their answer, and only that it was over had not been written. */
  readonly completed: number;
  /** Are not begun again: tools may have had an effect, or nobody waits for the answer any more. */
  readonly interrupted: number;
}

/** Takes up what an earlier process accepted and did not settle, in the order of its acceptance. @throws StoreError */
export async function resumeRuns(deps: TurnDeps, intake: Intake): Promise<Resumed> {
  const counts = { resumed: 0, completed: 0, interrupted: 0 };
  for (const row of await deps.store.runs.unsettled()) {
    if (isCommandRow(row)) {
      counts[await resumeCommand(deps, row)] += 1;
      continue;
    }
    const accepted = acceptanceOf(row);
    if (!accepted) {
      deps.logger.error("a stored run cannot be read, and is forgotten", { runId: row.runId });
      await deps.store.runs.settle(row.namespace, row.runId, unreadableOutcome(row));
      counts.interrupted += 1;
      continue;
    }
    counts[await resumeOne(deps, intake, row, accepted)] += 1;
  }
  return counts;
}

async function resumeOne(
  deps: TurnDeps,
  intake: Intake,
  row: UnsettledRun,
  accepted: Acceptance,
): Promise<keyof Resumed> {
  const before = await deps.sessions.get(row.sessionKey);
  const answer = before && (await answerIn(deps.store.transcripts, before.sessionId, row.runId));
  if (before && answer) {
    const tally = new Tally();
    tally.add(answer);
    await settle(deps, accepted, { status: "ok", stopReason: answer.stopReason, text: tally.answer }, tally);
    return "completed";
  }
  // An HTTP caller has gone with its connection, and asks again by itself.
  if (row.phase === "acting" || accepted.request.kind === "http") {
    await interrupt(deps, accepted, row.phase === "acting" ? "acting" : "unheard");
    return "interrupted";
  }
  if (before && row.phase === "running") await answerOpenCalls(deps, before, row.runId);
  await intake.takeUpAgain(accepted);
  return "resumed";
}

/** The model is told of calls it wrote and that never came to be, so that it does not take them for lost. */
async function answerOpenCalls(deps: TurnDeps, record: SessionRecord, runId: RunId): Promise<void> {
  const { store, clock, ids } = deps;
  const { sessionId } = record;
  const about = { sessionId, runId, newId: () => ids.uuid(), at: clock.now() };
  const events = await resultsOfOpenCalls(store.transcripts, about);
  if (events.length > 0) await new TranscriptWriter(store, record).append({ events });
}

/** The transcript says that the message was not answered, and why; one that never got there is only settled. */
async function interrupt(deps: TurnDeps, accepted: Acceptance, why: "acting" | "unheard"): Promise<void> {
  const { request, userEventId } = accepted;
  const record = await deps.sessions.get(request.sessionKey);
  if (record && (await deps.store.transcripts.find(record.sessionId, userEventId))) {
    const words = { eventId: deps.ids.uuid(), runId: request.runId, at: deps.clock.now() };
    const note = unansweredNote(words, INTERRUPTIONS[why], "interrupted");
    await new TranscriptWriter(deps.store, record).append({ events: [note] });
  }
  const ending: Ending = {
    status: "interrupted",
    stopReason: "interrupted",
    text: "",
    error: interruption(why),
  };
  await settle(deps, accepted, ending, new Tally());
}

async function settle(deps: TurnDeps, accepted: Acceptance, ending: Ending, tally: Tally): Promise<void> {
  const { request } = accepted;
  const { namespace, runId, sessionKey } = request;
  const endedAt = deps.clock.now();
  const record = await deps.store.sessions.patch(sessionKey, {
    status: ending.status === "ok" ? "done" : "aborted",
    endedAt,
    lastRunId: runId,
    abortedLastRun: ending.status !== "ok",
    lastRunError: null,
  });
  const entered = record ?? { ...emptyRecord(accepted), createdAt: endedAt, updatedAt: endedAt };
  const settings = { mode: "followup", cap: 1, drop: "old", debounceMs: 0 } as const;
  const run = new LiveRun(accepted, { record: entered, created: false }, settings);
  const outcome = outcomeOf(run, entered, endedAt, tally, ending);
  await deps.store.runs.settle(namespace, runId, outcome);
}

/** A session that was deleted while its run was open. */
function emptyRecord({ request }: Acceptance) {
  return { key: request.sessionKey, agentId: request.agentId, sessionId: "", entry: {} };
}

function unreadableOutcome(
  row: UnsettledRun,
): Pick<RunOutcome, "runId" | "status" | "stopReason" | "payloads"> {
  return { runId: row.runId, status: "interrupted", stopReason: "interrupted", payloads: [] };
}
