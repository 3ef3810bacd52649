/** Records are written together this long after the first of them. */
export const FLUSH_DELAY_MS = 100;

/** Records that wait for a slow disk; past this, new ones are dropped and counted. */
export const BUFFER_MAX_BYTES = 4 * 1_024 * 1_024;

/** Size at which a new file is begun unless `logging.maxFileBytes` says otherwise. */
export const DEFAULT_MAX_FILE_BYTES = 100 * 1_024 * 1_024;

/** Files of one day that were full: `.1` (newest) to `.5`. */
export const FULL_FILES_KEPT = 5;

/** Log files of one gateway kept in all: two weeks of days, or fewer when days fill several. */
export const FILES_KEPT = 14;

/** Disk that the logs of one gateway may use, as a multiple of the size of one file: the current one and all full ones. */
export const TOTAL_IN_FILES = 6;

/** Equal records let through in one window; a loop that fails says nothing new after this. */
export const REPEATS_LET_THROUGH = 10;

/** The window of equal records, and the longest wait for the note that counts them. */
export const REPEATS_WINDOW_MS = 10_000;

/** Different records whose repeats are counted at once; past this the oldest is forgotten. */
export const REPEATS_TRACKED = 200;

/** Characters of one text in a record; the rest is cut. */
export const TEXT_MAX_CHARS = 8_192;

/** Text looked at past the cut, so that a secret lying across it is still seen whole. */
export const TEXT_LOOKAHEAD_CHARS = 4_096;

/** Nesting of a field's value. */
export const FIELD_MAX_DEPTH = 6;

/** Members of one list or object in a field. */
export const FIELD_MAX_MEMBERS = 100;

/** Characters of one record; a larger one loses its fields. */
export const RECORD_MAX_CHARS = 65_536;

/** Lines that `logs.tail` returns unless asked for fewer or more. */
export const TAIL_LIMIT = 500;

/** The most lines that `logs.tail` returns. */
export const TAIL_MAX_LIMIT = 5_000;

/** Bytes that `logs.tail` reads unless asked otherwise. */
export const TAIL_BYTES = 250_000;

/** The most bytes that `logs.tail` reads. */
export const TAIL_MAX_BYTES = 1_000_000;
