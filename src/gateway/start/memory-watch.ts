import type { Clock, Timer } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import { kvKey, type KvRepository } from "../../store/index.ts";

/** Between two looks; a look is one small read. */
const LOOK_INTERVAL_MS = 2_000;

/** From this share of the memory on, garbage is collected and what takes it is logged. */
const SOFT_SHARE = 0.5;

/** From this share on the rest of the machine is in danger, and a gateway that can be had anew is. */
const HARD_SHARE = 0.75;

/** Looks in a row above the hard limit before it counts: a collection may bring it down. */
const HARD_LOOKS = 2;

/** A full collection holds everything up for as long as the heap is large, and the log need not say the same all day. */
const SOFT_REST_MS = 600_000;

/** Between two restarts because of memory; what fills it at once again is not mended by them. */
const RESTART_REST_MS = 1_800_000;

/** Exit code of a gateway that ends for want of memory: a failure that passes, so its supervisor starts it anew. */
export const EXIT_MEMORY = 75;

/** Epoch ms of the last restart because of memory; outlives the process that it ended. */
const LAST_RESTART = kvKey<number>("gateway.memoryRestartAt", (value) => {
  if (typeof value !== "number") throw new TypeError("the time of a restart is a number");
  return value;
});

export interface MemoryWatchDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly kv: Pick<KvRepository, "get" | "set">;
  /** What this process may take: the machine's memory, or less where its group is limited. */
  readonly capacityBytes: number;
  /** Resident memory of this process. */
  readonly residentBytes: () => number;
  /** Sizes of what it keeps, by name; for the log. */
  readonly counters: () => Readonly<Record<string, number>>;
  /** Collects garbage and gives what is free back. */
  readonly release: () => void;
  /** Drains and ends this process; absent where nobody would start it again. */
  readonly end: (() => void) | undefined;
}

/**
 * Watches the resident memory, which the runtime puts no ceiling to. Above half of what there is, garbage is collected and
 * the log says what takes it; above three quarters a supervised gateway ends to be started anew, at most every half hour.
 */
export class MemoryWatch {
  private timer: Timer | undefined;
  private softAt: number | undefined;
  private above = 0;
  private told = false;
  private ended = false;

  constructor(private readonly deps: MemoryWatchDeps) {}

  start(): void {
    this.timer = this.deps.clock.every(LOOK_INTERVAL_MS, () => void this.look());
  }

  stop(): void {
    this.timer?.cancel();
  }

  /** One look; the timer calls it. Never rejects. */
  async look(): Promise<void> {
    const { capacityBytes, residentBytes } = this.deps;
    const resident = residentBytes();
    if (resident >= capacityBytes * SOFT_SHARE) this.collect(resident);
    if (resident < capacityBytes * HARD_SHARE) {
      this.above = 0;
      this.told = false;
      return;
    }
    this.above += 1;
    if (this.above >= HARD_LOOKS) await this.relieve(resident);
  }

  private collect(resident: number): void {
    const { clock, log, counters, release } = this.deps;
    const now = clock.monotonic();
    if (this.softAt !== undefined && now - this.softAt < SOFT_REST_MS) return;
    this.softAt = now;
    log.warn(`memory is getting short (${this.shares(resident)}); collecting what is not needed`, counters());
    release();
  }

  private async relieve(resident: number): Promise<void> {
    const { log, counters, end } = this.deps;
    if (this.ended || this.told) return;
    this.told = true;
    const short = `memory is short (${this.shares(resident)})`;
    if (end === undefined) {
      log.error(
        `${short}; nobody would start this gateway again, so it goes on. Restart it by hand`,
        counters(),
      );
    } else if (await this.mayRestart()) {
      this.ended = true;
      log.error(`${short}; ending, for the supervisor to start the gateway anew`, counters());
      end();
    } else {
      log.error(`${short}, and a restart less than half an hour ago did not help; it goes on`, counters());
    }
  }

  /** Only once that was noted, too: a gateway that forgets would restart for ever. */
  private async mayRestart(): Promise<boolean> {
    const { kv, clock, log } = this.deps;
    const now = clock.now();
    try {
      const last = await kv.get(LAST_RESTART);
      if (last !== undefined && now - last < RESTART_REST_MS) return false;
      await kv.set(LAST_RESTART, now);
      return true;
    } catch (error) {
      log.warn("no restart because of memory: when the last one was is not known", { error });
      return false;
    }
  }

  private shares(resident: number): string {
    const { capacityBytes } = this.deps;
    return `${megabytes(resident)} of ${megabytes(capacityBytes)} MB`;
  }
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1_048_576);
}
