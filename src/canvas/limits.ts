/** Largest file that is answered from memory, with its length told; a larger one is read as fast as it is taken. */
export const WHOLE_FILE_BYTES = 256 * 1024;

/** Bytes of a larger file that are in memory at once, for each request. */
export const CHUNK_BYTES = 64 * 1024;

/** Files and folders looked at to see whether something changed; a canvas has dozens, a mistaken root has millions. */
export const MAX_WATCHED_ENTRIES = 2_000;

/** Quiet time after a change before pages reload: an editor writes in several steps. */
export const SETTLE_MS = 120;

/** Longest a change waits when the folder does not come to rest. */
export const MAX_UNSETTLED_MS = 1_000;

/** Pages that listen for changes at once; the one that has listened longest makes room. */
export const MAX_LISTENERS = 32;
