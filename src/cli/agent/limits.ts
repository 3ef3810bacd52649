/** A message file is read whole and sent in one frame. */
export const MAX_MESSAGE_BYTES = 4 * 1_024 * 1_024;

/** After the turn's own limit, for the gateway to say so. */
export const ANSWER_GRACE_MS = 30_000;

/** Waits without a limit; the longest timer there is, about 24 days. */
export const NO_LIMIT_MS = 2_147_483_647;

/** The gateway ends a turn within 200 ms; a request that takes longer than this will not come through. */
export const ABORT_TIMEOUT_MS = 2_000;
