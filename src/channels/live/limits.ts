/** How long the typing sign lasts on the platforms we know; it is renewed this often where nothing else is configured. */
export const TYPING_INTERVAL_MS = 5_000;

/** Without a sign of life from the turn the typing sign ends: a turn that hangs must not type for ever. */
export const TYPING_TTL_MS = 2 * 60_000;

/** Calls for previews in one chat: platforms bear one a second, and twenty a minute in a group, where answers need room as well. */
export const DIRECT_EDIT_INTERVAL_MS = 1_000;
export const GROUP_EDIT_INTERVAL_MS = 4_000;

/** Pause after a platform said "later" without a time. */
export const BUSY_PAUSE_MS = 5_000;

/** Chats whose pace is remembered before those that are rested are forgotten. */
export const PACED_CHATS_SWEEP = 1_024;

/** What is quickly done shows nothing: a message that comes and goes within a moment only rings. */
export const PROGRESS_DELAY_MS = 1_500;

/** A preview begins with this much text, or with less after a moment, since people are notified of its first words. */
export const FIRST_PREVIEW_CHARS = 30;
export const FIRST_PREVIEW_DELAY_MS = 1_000;

/** The end of an answer does not wait longer for a call that shows a preview of it. */
export const FINISH_PATIENCE_MS = 3_000;

/** Words at the top of a progress line: what the agent said it would do next. */
export const HEADLINE_MAX_CHARS = 300;

/** Marks follow a turn at this pace; faster they would only flicker. */
export const MARK_DELAY_MS = 700;

/** What `streaming` says nothing of. */
export const PROGRESS_LINES = 8;
export const PROGRESS_LINE_CHARS = 120;
export const BLOCK_MIN_CHARS = 200;
export const BLOCK_MAX_CHARS = 800;
