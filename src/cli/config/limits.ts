/** Largest file of changes; far above any configuration, far below what hurts. */
export const MAX_BATCH_FILE_BYTES = 8 * 1024 * 1024;

/** Largest patch from a pipe, which has to be held in memory before its size is known. */
export const MAX_PIPED_PATCH_BYTES = 1024 * 1024;
