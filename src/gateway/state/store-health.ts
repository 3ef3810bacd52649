import type { Clock } from "../../lib/clock.ts";
import type { Store } from "../../store/index.ts";

/** A probe writes a row; callers in between share its verdict. */
const PROBE_INTERVAL_MS = 1_000;

/** Whether the store can be written, asked of the store itself and not more often than needed. */
export class StoreHealth {
  private probedAt = Number.NEGATIVE_INFINITY;
  private verdict: Promise<readonly string[]> = Promise.resolve([]);

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  /** Why the store is not fit for work; empty when it is. */
  failing(): Promise<readonly string[]> {
    const now = this.clock.monotonic();
    if (now - this.probedAt >= PROBE_INTERVAL_MS) {
      this.probedAt = now;
      this.verdict = this.store
        .probe()
        .then((status) => (status.state === "ok" ? [] : [`store: ${status.reason}`]));
    }
    return this.verdict;
  }
}
