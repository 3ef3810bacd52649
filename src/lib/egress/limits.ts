/** A page that has not begun to answer by then is not worth the wait of a person. */
export const RESPONSE_TIMEOUT_MS = 30_000;

/** A sender that pauses longer in the middle of a body is gone. */
export const IDLE_TIMEOUT_MS = 30_000;

/** Longest transfer, from the request to the last byte. */
export const TOTAL_TIMEOUT_MS = 120_000;

/** Bytes of a body after decompression; more is a download, not a page. */
export const MAX_BODY_BYTES = 10_485_760;

/** Redirects followed; browsers allow 20, honest sites need 1 or 2. */
export const MAX_REDIRECTS = 5;

/** Addresses of one name that are tried, one after the other. */
export const MAX_ADDRESS_TRIES = 3;

/** Head of a CONNECT request: two lines and a credential. */
export const MAX_CONNECT_HEAD_BYTES = 4_096;

/** A SOCKS proxy that has not connected by then does not. */
export const SOCKS_TIMEOUT_MS = 30_000;
