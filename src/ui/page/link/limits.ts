/** Longest wait for hello; a gateway that makes room for the next one answers after some seconds. */
export const HELLO_TIMEOUT_MS = 20_000;

/** How often a browser that waits for approval asks again. */
export const PAIRING_POLL_MS = 2_500;

/** A new try after a restart begins this soon, whatever was announced: restarts take about a second. */
export const FIRST_RETRY_MS = 300;
