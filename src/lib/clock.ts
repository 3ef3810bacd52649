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
    const timer = unobtrusive(setTimeout(fn, ms));
    return { cancel: () => clearTimeout(timer) };
  },
  every(ms, fn) {
    const timer = unobtrusive(setInterval(fn, ms));
    return { cancel: () => clearInterval(timer) };
  },
};

/** Lets the process end before the timer does; in a browser, where timers are numbers, there is nothing to let. */
function unobtrusive<T extends number | { unref(): unknown }>(timer: T): T {
  if (typeof timer !== "number") timer.unref();
  return timer;
}

/** Settles after `ms`. */
export function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve));
}

/** What `work` comes to, or `late` when that takes longer than `ms`; the work goes on all the same, and a late failure is nobody's. */
export async function inTime<T, L>(clock: Clock, ms: number, work: Promise<T>, late: L): Promise<T | L> {
  const { promise, resolve } = Promise.withResolvers<L>();
  const timer = clock.after(ms, () => resolve(late));
  try {
    return await Promise.race([work, promise]);
  } finally {
    timer.cancel();
  }
}

/** Pace of looking whether the machine slept: what follows from a sleep is done this soon after it. */
const WAKE_TICK_MS = 5_000;

/** Time that passed beside the ticks: less is a busy machine, more was a sleep or a clock that was set. */
const WAKE_GAP_MS = 15_000;

/** Tells when more time has passed than was lived through: the machine slept, or its clock was set. Lines held open may be dead then. */
export class WakeWatch implements Disposable {
  readonly #timer: Timer;

  constructor(clock: Clock, woke: () => void) {
    let wall = clock.now();
    let steady = clock.monotonic();
    this.#timer = clock.every(WAKE_TICK_MS, () => {
      // A sleep is missing from the one or in both, depending on the system.
      const passed = Math.max(clock.now() - wall, clock.monotonic() - steady);
      wall = clock.now();
      steady = clock.monotonic();
      if (passed > WAKE_TICK_MS + WAKE_GAP_MS) woke();
    });
  }

  [Symbol.dispose](): void {
    this.#timer.cancel();
  }
}
