import { RECONNECT_FACTOR, RECONNECT_FIRST_MS, RECONNECT_JITTER, RECONNECT_MAX_MS } from "./limits.ts";

/** The pause before the try after so many failures in a row (from 1). `random` is in [0, 1). */
export function reconnectPause(failures: number, random: number): number {
  const pause = Math.min(RECONNECT_FIRST_MS * RECONNECT_FACTOR ** (failures - 1), RECONNECT_MAX_MS);
  return Math.round(pause * (1 - RECONNECT_JITTER + 2 * RECONNECT_JITTER * random));
}
