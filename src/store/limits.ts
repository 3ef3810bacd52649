/**
 * How long a write waits for another process's lock. The whole gateway stands still meanwhile, and whoever else writes, a
 * backup tool for example, does so in acts far shorter than this.
 */
export const BUSY_TIMEOUT_MS = 500;

/** How long the writes after one that waited in vain wait: many may come in a row, and the gateway is to answer between them. */
export const BUSY_AGAIN_TIMEOUT_MS = 5;

/** Page cache of the one connection; the working set is small, and the operating system caches the file anyway. */
export const PAGE_CACHE_KIB = 1_024;

/** A larger journal is cut back to this after a checkpoint, so that one burst does not keep the disk. */
export const JOURNAL_KEEP_BYTES = 4 * 1_024 * 1_024;

/** Copies made before a migration that are kept; older ones are removed. */
export const MIGRATION_BACKUPS_KEPT = 3;

/** A file up to this size is checked at every start; it costs about a millisecond. */
export const CHECK_ALWAYS_BYTES = 512 * 1_024;

/** After a crash a file up to this size is checked at start: that is about 60 ms, and a start may take 150. */
export const CHECK_AFTER_CRASH_BYTES = 128 * 1_024 * 1_024;

/** A key-value entry is small state; larger things deserve a table. */
export const KV_VALUE_MAX_BYTES = 256 * 1_024;

/** Visits of a device are told apart by this: one that comes again within it, and is as it was, was seen. */
export const VISIT_RESOLUTION_MS = 1_000;

/** Idempotency entries live this long (the protocol's documented bound). */
export const IDEMPOTENCY_TTL_MS = 300_000;

/** Idempotency entries kept; the oldest go first (the protocol's documented bound). */
export const IDEMPOTENCY_MAX_ENTRIES = 1_000;

/** Compiled statements kept; every statement of every repository fits, so none is compiled twice. */
export const STATEMENT_CACHE_ENTRIES = 256;

/** The outcome of a turn is replayed to repeats of its idempotency key this long: a client that was away overnight may ask. */
export const RUN_OUTCOME_TTL_MS = 24 * 60 * 60 * 1_000;

/** Outcomes of turns kept; a day of heavy use fits, and the oldest go first. */
export const RUN_OUTCOMES_MAX = 10_000;

/** Looking for the oldest outcomes walks over all of them, so it is done once in so many turns. */
export const RUN_EVICTION_INTERVAL = 64;

/** Text of one message that the search looks in; more is seldom said, and a pasted file need not be found by its end. */
export const SEARCH_TEXT_MAX_CHARS = 16_384;

/** Words around a search hit in its snippet. */
export const SEARCH_SNIPPET_WORDS = 24;

/** Words of a search that count; each costs a lookup. */
export const SEARCH_WORDS_MAX = 16;

/** What is over in the inbox and the outbox is known this long, so that a repeat of it is recognised. */
export const ENDED_ROW_TTL_MS = 30 * 24 * 60 * 60 * 1_000;

/** Rows that are over kept for each account and state, the newest, once they are older than `ENDED_ROW_MIN_AGE_MS`. */
export const ENDED_ROWS_PER_ACCOUNT = 1_000;

/** Younger rows are kept whatever their number: platforms repeat an update for a day, and a client may repeat a send. */
export const ENDED_ROW_MIN_AGE_MS = 48 * 60 * 60 * 1_000;

/** Rows a list of the inbox or the outbox has unless told. */
export const QUEUE_LIST_ROWS = 200;
