/** A pending timer; `cancel` is safe to call twice. */
export interface Timer {
  cancel(): void;
}

/** Time as a dependency, so that expiry, backoff and races are tested without waiting. */
export interface Clock {
  /** Wall clock, epoch ms. */
  now(): number;
  /** Monotonic ms, for durations. */
  monotonic(): number;
  /** Calls `fn` once after `ms`; the timer alone never keeps the process alive. */
  after(ms: number, fn: () => void): Timer;
  /** Calls `fn` every `ms` until cancelled; the timer alone never keeps the process alive. */
  every(ms: number, fn: () => void): Timer;
}

/** The real clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
  every(ms, fn) {
    const timer = setInterval(fn, ms);
    timer.unref();
    return { cancel: () => clearInterval(timer) };
  },
};

/** Settles after `ms`. */
export function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve));
}
