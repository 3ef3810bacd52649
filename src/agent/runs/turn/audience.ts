import type { Logger } from "../../../lib/logger.ts";
import type { LiveRun } from "../live-run.ts";
import type { RunObserver } from "../run.ts";

/** The runs that share a turn, and who listens to them. */
export class Audience {
  readonly #logger: Logger;
  readonly #runs: LiveRun[];

  constructor(runs: readonly [LiveRun, ...LiveRun[]], logger: Logger) {
    this.#runs = [...runs];
    this.#logger = logger;
  }

  get runs(): readonly LiveRun[] {
    return this.#runs;
  }

  /** From now on the turn is this run's too. */
  admit(run: LiveRun): void {
    this.#runs.push(run);
  }

  /** Text of the message in progress, for whoever asks about the runs. */
  set text(text: string) {
    for (const run of this.#runs) run.text = text;
  }

  /** Tells every listener; one that fails does not stop the turn. */
  tell(say: (observer: RunObserver) => void): void {
    for (const { request } of this.#runs) {
      if (!request.observer) continue;
      try {
        say(request.observer);
      } catch (error) {
        this.#logger.warn("a listener of a run failed", { runId: request.runId, error });
      }
    }
  }
}
