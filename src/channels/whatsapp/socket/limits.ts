/** How often the line is proven alive; WhatsApp Web itself does it in about this pace. */
export const KEEP_ALIVE_MS = 25_000;

/** A connection that is not open by then is not going to be. */
export const CONNECT_TIMEOUT_MS = 60_000;

/** A question the server has not answered by then is not answered. */
export const QUERY_TIMEOUT_MS = 60_000;

/**
 * Pause after asking for an unreadable message once more. The library holds all other messages up meanwhile, so there is none: each
 * message is asked for at most five times anyway.
 */
export const ASK_AGAIN_PAUSE_MS = 0;

/** Tries at storing one transaction; the store itself waits for locks, so more would only hold messages up. */
export const COMMIT_TRIES = 2;

/** Pause between two of them. */
export const COMMIT_PAUSE_MS = 250;
