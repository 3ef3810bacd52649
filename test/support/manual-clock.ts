import type { Clock } from "../../src/lib/clock.ts";

interface Pending {
  at: number;
  readonly every: number | undefined;
  readonly fn: () => void;
}

/** A clock that only moves when a test says so. Timers fire in order of their time. */
export class ManualClock implements Clock {
  private readonly timers = new Set<Pending>();

  constructor(private time = 1_700_000_000_000) {}

  /** Timers that are set. */
  get pending(): number {
    return this.timers.size;
  }

  now(): number {
    return this.time;
  }

  monotonic(): number {
    return this.time;
  }

  after(ms: number, fn: () => void): { cancel(): void } {
    return this.add({ at: this.time + ms, every: undefined, fn });
  }

  every(ms: number, fn: () => void): { cancel(): void } {
    return this.add({ at: this.time + ms, every: ms, fn });
  }

  /** Moves time on by `ms`, firing what falls due on the way. */
  advance(ms: number): void {
    const end = this.time + ms;
    for (let next = this.due(end); next; next = this.due(end)) {
      this.time = next.at;
      if (next.every === undefined) this.timers.delete(next);
      else next.at += next.every;
      next.fn();
    }
    this.time = end;
  }

  /** Lets `ms` pass as a machine that sleeps does: no timer fires, and each has as long to go as before. */
  leap(ms: number): void {
    this.time += ms;
    for (const timer of this.timers) timer.at += ms;
  }

  /** Timers that are set and have neither fired nor been cancelled. */
  get waiting(): number {
    return this.timers.size;
  }

  private add(timer: Pending): { cancel(): void } {
    this.timers.add(timer);
    return { cancel: () => this.timers.delete(timer) };
  }

  private due(end: number): Pending | undefined {
    return [...this.timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
  }
}
