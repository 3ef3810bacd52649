import type { Clock } from "../../../lib/clock.ts";
import { WAKE_GAP_MS, WAKE_TICK_MS } from "./limits.ts";

/** Tells when more time has passed than was lived through: the machine slept, or its clock was set. Lines held open are dead then. */
export class WakeWatch implements Disposable {
  readonly #timer: { cancel(): void };

  constructor(clock: Clock, woke: () => void) {
    let wall = clock.now();
    let steady = clock.monotonic();
    this.#timer = clock.every(WAKE_TICK_MS, () => {
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
