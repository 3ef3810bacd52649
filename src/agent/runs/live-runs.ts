import type { Clock } from "../../lib/clock.ts";
import type { RunId } from "../../protocol/index.ts";
import type { LiveRun } from "./live-run.ts";
import type { RunOutcome, RunRequest } from "./run.ts";
import { Waiters } from "./waiters.ts";

/** The runs of this process that are not over, and who waits for them. */
export class LiveRuns {
  readonly #runs = new Map<string, LiveRun>();
  readonly #waiters: Waiters;

  constructor(clock: Clock) {
    this.#waiters = new Waiters(clock);
  }

  /** The run of a key, if it is not over. */
  find(request: Pick<RunRequest, "namespace" | "runId">): LiveRun | undefined {
    const run = this.#runs.get(liveId(request));
    return run?.isRetired === true ? undefined : run;
  }

  get size(): number {
    return this.#runs.size;
  }

  all(): readonly LiveRun[] {
    return [...this.#runs.values()];
  }

  /** Keeps a run until it is over. */
  add(run: LiveRun): void {
    const id = liveId(run.request);
    this.#runs.set(id, run);
    void run.done.then((outcome) => {
      if (this.#runs.get(id) === run) this.#runs.delete(id);
      this.#waiters.tell(outcome);
    });
  }

  /** The outcome of a run that is here or comes yet, if it is over within `timeoutMs` and before `signal`. */
  wait(runId: RunId, timeoutMs: number, signal?: AbortSignal): Promise<RunOutcome | undefined> {
    return this.#waiters.wait(runId, timeoutMs, signal);
  }

  /** Tells whoever waits for it of a run that was over before. */
  tell(outcome: RunOutcome): void {
    this.#waiters.tell(outcome);
  }
}

/** What tells runs of all namespaces apart. */
export function liveId({ namespace, runId }: Pick<RunRequest, "namespace" | "runId">): string {
  return `${namespace}:${runId}`;
}
