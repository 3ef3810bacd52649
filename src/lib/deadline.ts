import type { Clock, Timer } from "./clock.ts";

/** Calls `fn` when `push` was not called for `ms`; pushing is cheap: the timer is set anew only when it fires. */
export class Deadline {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #fn: () => void;
  #timer: Timer | undefined;
  #due = 0;

  constructor(clock: Clock, ms: number, fn: () => void) {
    this.#clock = clock;
    this.#ms = ms;
    this.#fn = fn;
  }

  push(): void {
    if (this.#ms <= 0) return;
    this.#due = this.#clock.monotonic() + this.#ms;
    this.#timer ??= this.#arm(this.#ms);
  }

  /** Lets it wait for the next push, however long that takes; as cheap as pushing. */
  rest(): void {
    this.#due = Infinity;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(ms: number): Timer {
    return this.#clock.after(ms, () => {
      const left = this.#due - this.#clock.monotonic();
      if (left === Infinity) {
        this.#timer = undefined;
        return;
      }
      if (left > 0) {
        this.#timer = this.#arm(left);
        return;
      }
      this.#timer = undefined;
      this.#fn();
    });
  }
}
