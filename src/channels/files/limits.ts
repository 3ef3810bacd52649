/** Bytes of a MB, as `mediaMaxMb` counts. */
export const BYTES_PER_MB = 1_048_576;

/** To fetch a file that is to be sent, from the request to the last byte; as long as an upload may take. */
export const MEDIA_FETCH_TIMEOUT_MS = 300_000;
