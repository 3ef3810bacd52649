import type { Clock, Timer } from "../../lib/clock.ts";
import { CROWD_SIZE, CROWD_GONE_MS } from "../limits.ts";

export interface MemoryReleaseDeps {
  readonly clock: Clock;
  /** Collects garbage and gives what is free back to the system; may run a little later. */
  readonly release: () => void;
}

/**
 * Gives memory back once a crowd of connections has gone, and once a start is over. The runtime collects while it allocates,
 * so what a thousand clients leave behind, or code that runs once, would stay resident for as long as nobody else comes.
 */
export class MemoryRelease {
  private departures = 0;
  private timer: Timer | undefined;

  constructor(private readonly deps: MemoryReleaseDeps) {}

  /** The gateway begins to answer. */
  started(): void {
    this.after(() => this.giveBack());
  }

  /** A connection is gone. */
  departed(): void {
    this.departures += 1;
    if (this.departures >= CROWD_SIZE && !this.timer) this.wait();
  }

  stop(): void {
    this.timer?.cancel();
  }

  private wait(): void {
    const { departures } = this;
    this.after(() => {
      if (this.departures > departures) this.wait();
      else this.giveBack();
    });
  }

  private giveBack(): void {
    this.departures = 0;
    this.deps.release();
    // What the first collection finalised is only free for the next one.
    this.after(() => {
      this.deps.release();
      if (this.departures >= CROWD_SIZE) this.wait();
    });
  }

  private after(act: () => void): void {
    this.timer = this.deps.clock.after(CROWD_GONE_MS, () => {
      this.timer = undefined;
      act();
    });
  }
}
