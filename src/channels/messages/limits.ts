/** How long somebody who asked for a message to be sent waits for its outcome; it is sent later all the same. */
export const SEND_PATIENCE_MS = 25_000;

/** The same while the platform cannot be reached: nobody is kept waiting for what may take hours. */
export const SEND_PATIENCE_UNREACHED_MS = 2_000;

/** Chats one broadcast may name. */
export const MAX_BROADCAST_TARGETS = 100;

/** Files of one message; albums hold ten, and nobody sends ten albums. */
export const MAX_MEDIA = 50;

/** Messages read unless told, and at most. */
export const READ_LIMIT = 20;
export const READ_LIMIT_MAX = 100;

/** Entries of a directory unless told, and at most. */
export const DIRECTORY_LIMIT = 100;
export const DIRECTORY_LIMIT_MAX = 1_000;

/** Sessions looked through for the chats an account knows, the newest first. */
export const DIRECTORY_SESSIONS = 2_000;

/** Buttons side by side; more are too narrow to read on a phone. */
export const BUTTONS_PER_ROW = 3;

/** A mebibyte. */
export const MIB = 1024 * 1024;

/** Largest file where the account does not say. */
export const DEFAULT_MEDIA_MB = 100;
