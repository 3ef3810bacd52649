import type { Clock, Timer } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import type { Store } from "../../store/index.ts";

/** Age at which the copy a repair would restore from is replaced: damage then costs a day's changes at most. */
const SNAPSHOT_AGE_MS = 24 * 3_600_000;

/** How often the age is looked at; also the first time after a start, to keep the start itself quick. */
const LOOK_INTERVAL_MS = 600_000;

export interface StoreSnapshotsDeps {
  readonly store: Pick<Store, "snapshot" | "snapshotAt">;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Keeps a copy of the store that is never much older than a day, however often the gateway is restarted. */
export class StoreSnapshots {
  private timer: Timer | undefined;

  constructor(private readonly deps: StoreSnapshotsDeps) {}

  start(): void {
    this.timer = this.deps.clock.every(LOOK_INTERVAL_MS, () => void this.look());
  }

  stop(): void {
    this.timer?.cancel();
  }

  /** Makes a copy when the last one is too old; a failure is logged and tried again at the next look. */
  private async look(): Promise<void> {
    const { store, clock, log } = this.deps;
    const last = store.snapshotAt();
    if (last !== undefined && clock.now() - last < SNAPSHOT_AGE_MS) return;
    try {
      log.debug("state database copied", { path: await store.snapshot() });
    } catch (error) {
      log.warn("state database could not be copied; a repair would restore an older copy", { error });
    }
  }
}
