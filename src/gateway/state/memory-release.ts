import type { Clock, Timer } from "../../lib/clock.ts";
import { CALM_CPU_MS, CROWD_GONE_MS, CROWD_SIZE } from "../limits.ts";

export interface MemoryReleaseDeps {
  readonly clock: Clock;
  /** Processor time this process has used so far, ms. */
  readonly cpuMs: () => number;
  /** Collects garbage and gives what is free back to the system, compiled code included; may run a little later. */
  readonly release: () => void;
}

/**
 * Gives memory back once a crowd of connections has gone, and once a start is over. The runtime collects while it allocates,
 * so what a thousand clients leave behind, or code that runs once, would stay resident for as long as nobody else comes.
 *
 * It waits for a second in which no crowd leaves and next to nothing is done: code that is thrown away while it is in use has
 * to be compiled again, which made the next few hundred turns cost half as much again.
 */
export class MemoryRelease {
  private departures = 0;
  private timer: Timer | undefined;

  constructor(private readonly deps: MemoryReleaseDeps) {}

  /** The gateway begins to answer. */
  started(): void {
    this.wait({ again: true });
  }

  /** A connection is gone. */
  departed(): void {
    this.departures += 1;
    if (this.departures >= CROWD_SIZE && !this.timer) this.wait({ again: true });
  }

  stop(): void {
    this.timer?.cancel();
  }

  /** `again`: what the first collection finalised is only free for the next one. */
  private wait({ again }: { readonly again: boolean }): void {
    const { departures } = this;
    const before = this.deps.cpuMs();
    this.timer = this.deps.clock.after(CROWD_GONE_MS, () => {
      this.timer = undefined;
      const isLeaving = this.departures - departures >= CROWD_SIZE;
      if (isLeaving || this.deps.cpuMs() - before > CALM_CPU_MS) {
        this.wait({ again });
        return;
      }
      const isCrowd = this.departures >= CROWD_SIZE;
      this.departures = 0;
      this.deps.release();
      if (again || isCrowd) this.wait({ again: false });
    });
  }
}
