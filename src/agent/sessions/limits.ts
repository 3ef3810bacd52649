/** A session key is stored, indexed and repeated in every event of its session. */
export const SESSION_KEY_MAX_CHARS = 512;

/** Hour of a daily reset when none is configured: asleep in most places, before work in all. */
export const RESET_HOUR_DEFAULT = 4;

/** Messages of a page of history when the client does not say. */
export const HISTORY_PAGE_DEFAULT = 200;

/** Most messages of a page of history; a client that wants more asks again. */
export const HISTORY_PAGE_MAX = 1_000;

/** Characters of one text block in a page of history; the whole message can be fetched by its id. */
export const HISTORY_TEXT_MAX_CHARS = 8_000;

/** Bytes of a page of history as JSON: below what a client's frame may carry, with room for the rest of the answer. */
export const HISTORY_PAGE_MAX_BYTES = 6 * 1_024 * 1_024;

/** Events that a cursor may be behind before the client is told to start over. */
export const HISTORY_DELTA_MAX_EVENTS = 1_000;

/** Characters of one text block when a single message is asked for. */
export const MESSAGE_TEXT_MAX_CHARS = 500_000;

/** Items of a preview, and the characters of each, when the client does not say. */
export const PREVIEW_ITEMS_DEFAULT = 12;
export const PREVIEW_TEXT_DEFAULT_CHARS = 240;

/** Most items and characters of a preview, and most sessions in one request. */
export const PREVIEW_ITEMS_MAX = 50;
export const PREVIEW_TEXT_MAX_CHARS = 2_000;
export const PREVIEW_SESSIONS_MAX = 64;

/** Characters of a title made from the first message: one line of a list. */
export const TITLE_MAX_CHARS = 60;

/** Events from the beginning of a transcript that a title is looked for in. */
export const TITLE_LOOK_EVENTS = 40;

/** Characters of what was said last, shown below a title. */
export const LAST_MESSAGE_MAX_CHARS = 160;

/** Characters of a tool result that is shown to the model again; it saw all of it when it was new. */
export const REPLAYED_RESULT_MAX_CHARS = 200_000;

/** Answers of a search. */
export const SEARCH_HITS_DEFAULT = 10;
export const SEARCH_HITS_MAX = 25;

/** A probe of a model says once whether it answers; nobody reads it after a day. */
export const MODEL_RUN_AGE_MS = 24 * 60 * 60_000;

/** How often old sessions are looked for; ages are counted in days. */
export const MAINTENANCE_INTERVAL_MS = 30 * 60_000;

/** When they are first looked for after a start, which has other things to do. */
export const MAINTENANCE_FIRST_MS = 2 * 60_000;

/** Sessions read at a time by the maintenance: a few milliseconds. */
export const MAINTENANCE_PAGE_SESSIONS = 500;
