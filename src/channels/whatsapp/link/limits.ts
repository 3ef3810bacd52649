/** Life of a login: as long as WhatsApp hands out codes, and time enough to find the phone. */
export const LOGIN_TTL_MS = 180_000;

/** Time a link has to be completed once its code was scanned, even at the end of a login. */
export const FINISH_MS = 30_000;

/** How long WhatsApp takes the first code of a connection, and each that follows. */
export const FIRST_CODE_MS = 60_000;
export const NEXT_CODE_MS = 20_000;

/** Tries to reach WhatsApp one after the other before a login is given up. */
export const MAX_FAILED_CONNECTIONS = 3;

/** Pause before a connection that failed is tried again. */
export const RECONNECT_PAUSE_MS = 2_000;
