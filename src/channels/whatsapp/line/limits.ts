/** Pause before the first try to connect again; most ends are over by then. */
export const RECONNECT_FIRST_MS = 2_000;

/** How much longer each further pause is: 2 s, 3.6 s, 6.5 s … */
export const RECONNECT_FACTOR = 1.8;

/** The longest of them: nobody waits longer for an account whose network is back. */
export const RECONNECT_MAX_MS = 30_000;

/** Part of a pause that is random, so that many accounts do not come back in step. */
export const RECONNECT_JITTER = 0.25;

/** Tries in a row; then the account is built anew, in the pace of accounts that failed. */
export const RECONNECT_TRIES = 12;

/** A connection that lasted this long was a good one: the next end counts as the first. */
export const STEADY_MS = 10_000;

/** How often it is looked whether the line still lives. */
export const WATCH_INTERVAL_MS = 60_000;

/** Nothing heard for this long, not even answers to our own questions: the line is dead. */
export const SILENCE_MS = 300_000;

/** To say goodbye; the process may end then. */
export const CLOSE_TIMEOUT_MS = 3_000;

/** What was taken in is known this long, should the server bring it once more. */
export const ARRIVAL_MEMORY_MS = 30 * 86_400_000;

/** What is older is forgotten at the start, and after this many messages. */
export const PRUNED_AFTER_ARRIVALS = 500;

/** Largest message of others that is kept for its keys: those of a group take some hundred bytes, the rest are words. */
export const KEPT_ARRIVAL_MAX_BYTES = 16 * 1_024;

/** Pauses when messages cannot be taken in: 1 s, 2 s, … 30 s. */
export const INTAKE_RETRY_FIRST_MS = 1_000;
export const INTAKE_RETRY_MAX_MS = 30_000;

/** What a group is called is asked anew after this. */
export const GROUP_TTL_MS = 300_000;

/** Groups of which that is known; the others are asked for again. */
export const GROUPS_REMEMBERED = 500;

/** A message does not wait longer for what its group is called. */
export const GROUP_TITLE_WAIT_MS = 2_000;

/** Messages of ours that are sent again to a phone that could not read them: it asks within minutes. */
export const SENT_REMEMBERED = 200;

/** Messages that can be quoted and reacted to. */
export const RECENT_MESSAGES = 500;
