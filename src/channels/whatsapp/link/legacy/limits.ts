/** Files of one link; a busy account has some thousand. More are no folder of a link. */
export const MAX_FILES = 200_000;

/** One key or the credentials; the largest seen have some ten KB. */
export const MAX_FILE_BYTES = 4 * 1024 * 1024;

/** Files read at once. */
export const READ_AT_ONCE = 16;
