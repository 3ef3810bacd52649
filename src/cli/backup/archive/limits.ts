/** Files and folders in one archive: names are kept in memory to find duplicates. */
export const MAX_ENTRIES = 500_000;

/** Bytes of all files of an archive together, unpacked: more is a bomb, or wants another kind of backup. */
export const MAX_UNPACKED_BYTES = 512 * 1024 ** 3;

/** The list of all files; read as a whole. */
export const MAX_MANIFEST_BYTES = 256 * 1024 ** 2;

/** A path in an archive; systems take no longer ones. */
export const MAX_NAME_BYTES = 4_096;

/** Files up to this size are read at once, and read again when they changed meanwhile. */
export const WHOLE_FILE_BYTES = 1024 ** 2;

/** Larger files are read in pieces of this size. */
export const PIECE_BYTES = 256 * 1024;

/** Reads of a small file that is being written before it counts as changing. */
export const WHOLE_FILE_TRIES = 3;

/** What must stay free on a disk that is being filled by a restore. */
export const KEEP_FREE_BYTES = 64 * 1024 ** 2;

/** How often the progress on a terminal is drawn anew. */
export const PROGRESS_INTERVAL_MS = 200;
