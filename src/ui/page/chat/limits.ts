/** Messages asked for at once; more come when somebody looks further back. */
export const HISTORY_PAGE = 60;

/** Sessions in the list; the others are found by searching. */
export const SESSIONS_SHOWN = 100;

/** What one frame of the connection can carry together with the rest of a message, where the gateway names no limit. */
export const MAX_FILE_BYTES = 6_291_456;

/** How long `chat.send` may take to be accepted: a picture goes over a slow line. */
export const SEND_TIMEOUT_MS = 60_000;

/** Distance from the end within which somebody reads along. */
export const READS_ALONG_PX = 80;
