import { type Clock, pause } from "../../lib/clock.ts";
import { IDLE_POLL_MS } from "../limits.ts";

/** Waits until nothing is being answered; `false` when something still is at `deadline` (monotonic). */
export async function waitUntilIdle(clock: Clock, active: () => number, deadline: number): Promise<boolean> {
  while (active() > 0) {
    if (clock.monotonic() >= deadline) return false;
    await pause(clock, IDLE_POLL_MS);
  }
  return true;
}
