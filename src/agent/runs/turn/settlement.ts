import type { SessionEntryPatch, SessionRecord } from "../../../store/index.ts";
import type { LiveRun } from "../live-run.ts";
import { type Ending, outcomeOf } from "../outcome.ts";
import type { Chronicle } from "../record/chronicle.ts";
import type { RunOutcome } from "../run.ts";
import type { Audience } from "./audience.ts";
import { footerOf } from "./footer.ts";
import type { Tally } from "./tally.ts";
import type { TurnDeps } from "./turn-deps.ts";

export interface SettlementParts {
  readonly deps: TurnDeps;
  readonly first: LiveRun;
  readonly audience: Audience;
  readonly chronicle: Chronicle;
  readonly tally: Tally;
}

/** The outcomes of the runs that shared a turn: in the store first, told to whoever waits at the very end. */
export class Settlement {
  readonly #parts: SettlementParts;
  readonly #endedAt: number;
  #outcomes: ReadonlyMap<LiveRun, RunOutcome> = new Map();

  constructor(parts: SettlementParts, endedAt: number) {
    this.#parts = parts;
    this.#endedAt = endedAt;
  }

  /**
   * Writes outcomes and the session's state; the runs count as active no more. A store that fails does not keep the
   * callers waiting for ever.
   */
  async settle(ending: Ending, entry: SessionEntryPatch): Promise<SessionRecord> {
    const { deps, first, audience, chronicle } = this.#parts;
    chronicle.close();
    this.#outcomes = new Map(audience.runs.map((run) => [run, this.#outcome(run, ending)]));
    const record = await this.#patch({
      abortedLastRun: false,
      lastRunError: null,
      startedAt: first.startedAt ?? first.acceptedAt,
      endedAt: this.#endedAt,
      lastRunId: first.request.runId,
      ...entry,
    });
    try {
      for (const [{ request }, outcome] of this.#outcomes) {
        await deps.store.runs.settle(request.namespace, request.runId, outcome);
      }
    } catch (error) {
      deps.logger.error("the outcome of a turn could not be stored", { runId: first.request.runId, error });
    } finally {
      for (const run of audience.runs) run.retire();
    }
    return record;
  }

  /** What the session's row says matters less than the outcome, so a failure here ends nothing. */
  async #patch(patch: SessionEntryPatch): Promise<SessionRecord> {
    const { deps, first, chronicle } = this.#parts;
    const before = chronicle.record;
    try {
      return (await deps.store.sessions.patch(before.key, patch, before.sessionId)) ?? before;
    } catch (error) {
      deps.logger.error("a session could not be updated", { runId: first.request.runId, error });
      return before;
    }
  }

  /** Tells whoever waits for the runs what {@link settle} wrote. */
  conclude(): void {
    for (const [run, outcome] of this.#outcomes) run.conclude(outcome);
  }

  /** Tells whoever waits without anything being written. */
  tell(ending: Ending): void {
    const { audience, chronicle } = this.#parts;
    chronicle.close();
    for (const run of audience.runs) run.conclude(this.#outcome(run, ending));
  }

  /** What stands below the answer where a run's caller sees it. */
  footer({ request }: LiveRun): string | undefined {
    const { deps, chronicle, tally } = this.#parts;
    return footerOf(request, chronicle.record.entry, deps.config.current.messages?.responseUsage, tally);
  }

  #outcome(run: LiveRun, ending: Ending): RunOutcome {
    const { chronicle, tally, first } = this.#parts;
    // What was never written down is no part of what the first one says again.
    const isAlone = run === first || (ending.error?.isLocal === true && !run.written);
    const answeredBy = isAlone ? tally.answeredBy : first.request.runId;
    const outcome = outcomeOf(run, chronicle.record, this.#endedAt, tally, ending, this.footer(run));
    return answeredBy === undefined ? outcome : { ...outcome, answeredBy };
  }
}
