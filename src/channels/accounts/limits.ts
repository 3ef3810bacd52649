/** First pause before a connection that ended is built anew; doubled with every further end. */
export const RESTART_FIRST_MS = 5_000;

/** Longest pause between two tries: a platform that is away for a day is asked 300 times, and found within minutes. */
export const RESTART_MAX_MS = 300_000;

/** Part of the pause that is random, so that many accounts do not come back in step. */
export const RESTART_JITTER = 0.1;

/** A connection that lasted this long was a good one: the next end counts as the first. */
export const STABLE_RUN_MS = 300_000;

/** Pace of the health monitor. */
export const HEALTH_CHECK_MS = 300_000;

/** After the start of the gateway nobody is called silent yet. */
export const STARTUP_GRACE_MS = 60_000;

/** Time a connection has for its first sign of life. */
export const CONNECT_GRACE_MS = 120_000;

/** A connection without a sign of life for this long is dead, whatever it says of itself. */
export const SILENCE_MS = 1_800_000;

/** Time all accounts together have to stop; the process ends then in any case. */
export const STOP_BUDGET_MS = 5_000;

/** A stop that takes this long is worth a line in the log. */
export const SLOW_STOP_MS = 10_000;

/** How long a probe may take unless the asker says otherwise. */
export const PROBE_TIMEOUT_MS = 30_000;

/** Bounds of what an asker may say. */
export const PROBE_MIN_TIMEOUT_MS = 1_000;
export const PROBE_MAX_TIMEOUT_MS = 30_000;

/** Accounts probed at once. */
export const PROBES_AT_ONCE = 5;

/** Issues and warnings one status names; more are the same thing said again. */
export const MAX_STATUS_ISSUES = 50;

/** A message that waits this long for its answer is worth telling: longer than most turns. */
export const LATE_ANSWER_MS = 600_000;

/** A message that waits this long to be sent is worth telling: longer than a platform's usual "later". */
export const LATE_DELIVERY_MS = 120_000;
