import type { Clock } from "../../lib/clock.ts";
import type { RunId } from "../../protocol/index.ts";
import { MAX_TIMER_MS } from "./limits.ts";
import type { RunOutcome } from "./run.ts";

/** Whoever waits for the end of a run, known or not yet. */
export class Waiters {
  readonly #clock: Clock;
  readonly #waiting = new Map<RunId, Set<(outcome: RunOutcome) => void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A run is over. */
  tell(outcome: RunOutcome): void {
    const waiting = this.#waiting.get(outcome.runId);
    this.#waiting.delete(outcome.runId);
    for (const resolve of waiting ?? []) resolve(outcome);
  }

  /** The outcome, if the run ends within `timeoutMs` and before `signal`. */
  wait(runId: RunId, timeoutMs: number, signal?: AbortSignal): Promise<RunOutcome | undefined> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(runId) ?? new Set();
      this.#waiting.set(runId, waiting);
      const leave = (outcome?: RunOutcome) => {
        waiting.delete(leave);
        if (waiting.size === 0 && this.#waiting.get(runId) === waiting) this.#waiting.delete(runId);
        timer.cancel();
        signal?.removeEventListener("abort", giveUp);
        resolve(outcome);
      };
      const giveUp = () => leave();
      const timer = this.#clock.after(Math.min(Math.max(0, timeoutMs), MAX_TIMER_MS), giveUp);
      waiting.add(leave);
      signal?.addEventListener("abort", giveUp, { once: true });
      if (signal?.aborted === true) giveUp();
    });
  }
}
