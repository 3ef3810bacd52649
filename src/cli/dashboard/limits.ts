/** One look at a gateway; on this machine the answer takes a few ms. */
export const LOOK_TIMEOUT_MS = 3_000;

/** A browser is opened by a small program that hands the address over and ends. */
export const OPENER_TIMEOUT_MS = 10_000;

/** Time a browser that has to start first has to read the page that leads it on. */
export const HANDOVER_MS = 8_000;
