/** Ceiling of one reconnect pause: long enough to spare a restarting gateway, short enough to feel live. */
export const RECONNECT_MAX_DELAY_MS = 30_000;

/** First reconnect pause; each further one doubles. */
export const RECONNECT_FIRST_DELAY_MS = 500;

/** Reconnect attempts before a follower gives up; with doubling pauses that is about a minute and a half. */
export const RECONNECT_MAX_ATTEMPTS = 8;

/** A connection with no frame for this many tick intervals is dead: one lost tick is forgiven, two are not. */
export const MISSED_TICKS_ALLOWED = 2;

/** How long the pinned certificate of a TLS gateway may take to arrive. */
export const TLS_PIN_TIMEOUT_MS = 10_000;

/** How long a polite close may take before the socket is dropped. */
export const CLOSE_GRACE_MS = 1_000;

/** Default wait for one response. */
export const REQUEST_TIMEOUT_MS = 10_000;
