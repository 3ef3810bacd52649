import { type Clock, systemClock } from "../../src/lib/clock.ts";

/** A clock whose wall time moves only when told. */
export interface SetClock extends Clock {
  advance(ms: number): void;
}

export function setClock(startMs: number = Date.UTC(2026, 0, 1)): SetClock {
  let now = startMs;
  return {
    ...systemClock,
    now: () => now,
    advance(ms) {
      now += ms;
    },
  };
}
