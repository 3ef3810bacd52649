/** A message that the server has not acknowledged by then may or may not be on its way. */
export const ACK_TIMEOUT_MS = 30_000;

/** To bring a file to the server, or to fetch one from it. */
export const TRANSFER_TIMEOUT_MS = 300_000;

/** Bytes an encrypted file has more than the file: padding and signature. */
export const ENCRYPTION_OVERHEAD_BYTES = 32;

/** Hosts for files that are tried, one after the other. */
export const MEDIA_HOST_TRIES = 2;

/** A pinned message stays pinned this long, the longest WhatsApp offers. */
export const PIN_SECONDS = 2_592_000;

/** Numbers known to be on WhatsApp, so that not every message asks for it; the others are asked for once more. */
export const REACHED_REMEMBERED = 1_000;
