/** Pauses after failed attempts that count, the last one repeated: quick ones for a hiccup, then those of an outage. */
export const BACKOFF_MS: readonly number[] = [400, 2_000, 5_000, 25_000, 120_000, 600_000];

/** Attempts at one part, after which a delivery is given up: the last pauses add up to some 13 minutes. */
export const ATTEMPTS_MAX = 7;

/** Share of a pause left to chance, so that those who failed together do not come back together. */
export const JITTER = 0.1;

/** Times in a row that a platform may say "later" to one delivery; more often it will never take it. */
export const THROTTLED_MAX = 50;

/** A platform that says "later" to this many chats in a row means the whole account. */
export const THROTTLED_CHATS = 3;

/** First and longest pause of an account that cannot send; it also goes on when its connection says that it can. */
export const NOT_READY_FIRST_MS = 1_000;
export const NOT_READY_MAX_MS = 60_000;

/** No pause is longer, whatever a platform asks for or a clock that was set back makes of it. */
export const PAUSE_MAX_MS = 24 * 60 * 60 * 1_000;

/** A call that takes longer hangs; a large file over a slow line needs minutes. */
export const SEND_DEADLINE_MS = 5 * 60_000;

/** Calls of one account at a time: enough for the fastest platform, few enough to be fair to everything else. */
export const CALLS_AT_ONCE = 32;

/** Open deliveries of one account past which nobody may ask for another, and no more messages are taken up. */
export const BACKLOG_MAX = 2_000;

/** Parts that hold more are files that came along; those few are counted before they are taken. */
export const LARGE_PARTS_BYTES = 256 * 1_024;

/** Bytes of files that came along and wait, or were given up and are kept for a person; more would fill the disk. */
export const HELD_BYTES_MAX = 512 * 1_024 * 1_024;

/** First and longest pause before a store that could not be written is tried again. */
export const STORE_RETRY_FIRST_MS = 250;
export const STORE_RETRY_MAX_MS = 15_000;

/** Chats whose use of a rate is remembered before those that are rested are forgotten. */
export const RATED_CHATS_SWEEP = 1_024;

/** Chats that moved and are remembered; another send to a forgotten one is told again. */
export const MOVED_CHATS_MAX = 1_000;

/** How often what is over is forgotten. */
export const PRUNE_INTERVAL_MS = 60 * 60 * 1_000;

/** What is said, shown to a person who looks at the queue. */
export const SUMMARY_MAX_CHARS = 200;

/** An error kept with a delivery. */
export const ERROR_MAX_CHARS = 500;
