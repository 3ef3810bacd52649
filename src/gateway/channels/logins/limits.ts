/** How long the first code is waited for unless the asker says otherwise: connecting and one answer of the platform. */
export const FIRST_CODE_PATIENCE_MS = 30_000;

/** How long somebody waits for the next news of a login unless told. */
export const WAIT_PATIENCE_MS = 120_000;

/** Nobody waits longer in one request; a login lives for three minutes. */
export const WAIT_MAX_MS = 240_000;

/** A login whose watchers are all gone is ended after this: a page that is loaded anew takes less. */
export const ABANDONED_MS = 15_000;

/** How long an account that was just added to the configuration has until the gateway knows it. */
export const APPEAR_MS = 5_000;

/** How long a platform may take to hear that an account logs out; the keys are forgotten in any case. */
export const UNLINK_PATIENCE_MS = 5_000;
