import type { Clock, Timer } from "../../../lib/clock.ts";
import type { Logger } from "../../../lib/logger.ts";
import type { RunId } from "../../../protocol/index.ts";
import {
  type AcceptedRun,
  type RunClaim,
  type RunRepository,
  type SettledRun,
  StoreError,
} from "../../../store/index.ts";
import { OUTCOME_RETRY_MS } from "../limits.ts";

type Known = Awaited<ReturnType<RunRepository["lookup"]>>;

/** A run's outcome; without one, the run is to be as if it had never been accepted. */
interface Unwritten {
  readonly namespace: string;
  readonly runId: RunId;
  readonly outcome: unknown;
  readonly withdrawn: boolean;
}

/**
 * The repository of runs, with one promise more: what was told of a run stays true. Where the store cannot take it (a full
 * disk, a foreign lock), it is kept here and written as soon as that works again.
 */
export class OutcomeKeeper implements RunRepository {
  readonly #runs: RunRepository;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #unwritten = new Map<string, Unwritten>();
  #timer: Timer | undefined;

  constructor({ runs, clock, logger }: { runs: RunRepository; clock: Clock; logger: Logger }) {
    this.#runs = runs;
    this.#clock = clock;
    this.#logger = logger;
  }

  async accept(run: AcceptedRun): Promise<RunClaim> {
    // The store then knows by itself whether this is a repeat or a conflict.
    if (this.#unwritten.has(keyOf(run.namespace, run.runId))) await this.#writeAll();
    return this.#runs.accept(run);
  }

  async enter(...facts: Parameters<RunRepository["enter"]>): Promise<void> {
    return this.#runs.enter(...facts);
  }

  /** Never fails for the store's sake. */
  async settle(namespace: string, runId: RunId, outcome: unknown): Promise<void> {
    await this.#write({ namespace, runId, outcome, withdrawn: false });
  }

  /** Never fails for the store's sake. */
  async withdraw(namespace: string, runId: RunId): Promise<void> {
    await this.#write({ namespace, runId, outcome: undefined, withdrawn: true });
  }

  async unsettled(): ReturnType<RunRepository["unsettled"]> {
    return this.#runs.unsettled();
  }

  async lookup(namespace: string, runId: RunId): Promise<Known> {
    const kept = this.#unwritten.get(keyOf(namespace, runId));
    if (!kept) return this.#runs.lookup(namespace, runId);
    return kept.withdrawn ? undefined : { state: "settled", outcome: kept.outcome };
  }

  async settled(runId: RunId): Promise<readonly SettledRun[]> {
    const kept = [...this.#unwritten.values()].filter((unwritten) => unwritten.runId === runId);
    return [...kept, ...(await this.#runs.settled(runId))];
  }

  /** Tries once more, and then no more: what is still unwritten is run again, or reported, by the next gateway. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.#writeAll().catch((error: unknown) =>
      this.#logger.error("outcomes are lost that could not be stored", {
        runs: this.#unwritten.size,
        error,
      }),
    );
  }

  async #write(unwritten: Unwritten): Promise<void> {
    try {
      await this.#store(unwritten);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      const { namespace, runId } = unwritten;
      this.#logger.error("the end of a run could not be stored; it is kept until it can be", {
        runId,
        error,
      });
      this.#unwritten.set(keyOf(namespace, runId), unwritten);
      this.#writeLater();
    }
  }

  async #store({ namespace, runId, outcome, withdrawn }: Unwritten): Promise<void> {
    if (withdrawn) await this.#runs.withdraw(namespace, runId);
    else await this.#runs.settle(namespace, runId, outcome);
  }

  #writeLater(): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.after(OUTCOME_RETRY_MS, () => {
      this.#writeAll().catch(() => this.#writeLater());
    });
  }

  /** In the order in which they were told, until one cannot be written. @throws StoreError */
  async #writeAll(): Promise<void> {
    for (const [key, unwritten] of this.#unwritten) {
      await this.#store(unwritten);
      this.#unwritten.delete(key);
    }
  }
}

function keyOf(namespace: string, runId: RunId): string {
  return `${namespace}:${runId}`;
}
