/** The newest version of the transcript format. */
export const TRANSCRIPT_VERSION = 4;

/** Events read at a time for an export: a few milliseconds. */
export const EXPORT_PAGE_EVENTS = 500;

/** Largest transcript file that is imported; it is held in memory once. */
export const IMPORT_FILE_MAX_BYTES = 256 * 1_024 * 1_024;

/** Bytes at the beginning of a transcript file in which its header is looked for. */
export const IMPORT_HEADER_MAX_BYTES = 64 * 1_024;
