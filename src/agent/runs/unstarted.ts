import type { RunsDeps } from "./deps.ts";
import type { LiveRun } from "./live-run.ts";
import { type Ending, unstartedOutcome } from "./outcome.ts";
import { Narrator } from "./voice/narrator.ts";

type Deps = Pick<RunsDeps, "store" | "events" | "clock" | "logger">;

/** Ends a run whose turn never came: the store knows first, then clients. Never rejects. */
export async function endUnstarted(
  deps: Deps,
  run: LiveRun,
  ending: Omit<Ending, "text" | "status">,
): Promise<void> {
  const { store, events, clock, logger } = deps;
  const { namespace, runId, sessionKey, agentId, kind } = run.request;
  const outcome = unstartedOutcome(run, clock.now(), { ...ending, status: "aborted" });
  try {
    await store.runs.settle(namespace, runId, outcome);
  } catch (error) {
    logger.error("the outcome of a message that waited could not be stored", { runId, error });
  }
  run.retire();
  const facts = { runId, sessionKey, sessionId: run.record.sessionId, agentId, kind, lane: run.lane };
  const times = { startedAt: run.acceptedAt, endedAt: outcome.endedAt };
  new Narrator(events, facts, clock).aborted(ending.stopReason, "", times);
  run.conclude(outcome);
}
