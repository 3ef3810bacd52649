import type { World } from "../support/index.ts";

/** Uses one method as a client would, on a gateway in the middle of its life. */
export type Exercise = (world: World) => Promise<unknown>;

/** An exercise may start a gateway of its own, and wait for a login as long as a person would: more than a test usually takes. */
export const EXERCISE_TIMEOUT_MS = 60_000;
