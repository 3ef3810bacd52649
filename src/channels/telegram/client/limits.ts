/** A call that carries only text; Telegram answers within a second, a poor line needs more. */
export const CALL_TIMEOUT_MS = 30_000;

/** A call with a file: 50 MB over a line of 2 Mbit/s take 200 s. */
export const UPLOAD_TIMEOUT_MS = 300_000;

/** To fetch a file, for the same reason. */
export const DOWNLOAD_TIMEOUT_MS = 300_000;

/** What a call that itself waits (`getUpdates`) may take beyond the time it was told to wait. */
export const POLL_GRACE_MS = 10_000;

/** An answer of the Bot API: 100 updates of at most some ten KB each. */
export const MAX_ANSWER_BYTES = 33_554_432;

/** Words of an answer that are repeated to people. */
export const MAX_DESCRIPTION_CHARS = 300;

/** A connection that was used this recently is alive: routers forget quiet ones after some minutes, not after one. */
export const KEPT_SURE_MS = 60_000;

/** Longest time the runtime keeps a connection that is not used (5 min), and some more. */
export const KEPT_MAX_MS = 320_000;
