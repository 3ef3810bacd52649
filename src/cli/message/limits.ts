/** What is read from standard input as a message: more than any chat takes in one go. */
export const MAX_INPUT_BYTES = 1024 * 1024;

/** Room for all of a request that is no file: texts, buttons, names. */
export const FRAME_RESERVE_BYTES = 2 * 1024 * 1024;

/** Copies of files that never arrived; whoever still wants them sent has had a month to say so. */
export const STAGED_KEPT_MS = 30 * 24 * 3_600_000;

/** Columns a line of a chat may take beside its time and author. */
export const SAID_COLUMNS = 80;

/** Letters of one text or number of what a queue entry holds, so that a file in it does not fill the screen. */
export const SHOWN_TEXT_CHARS = 400;

/** Columns of a table that tell which message it is; the id of its chat must stay whole. */
export const SUMMARY_COLUMNS = 16;
