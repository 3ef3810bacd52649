/** Longest body, as documented for senders: an event, not a file. */
export const MAX_HOOK_BODY_BYTES = 256 * 1024;

/** Time a sender has for its body; a slower one holds a connection for nothing. */
export const HOOK_BODY_TIMEOUT_MS = 30_000;

/** Longest wait behind an earlier request for the same session; senders repeat what was not taken. */
export const HOOK_ADMISSION_MS = 15_000;

/** Characters of an idempotency key; what is longer is content. */
export const MAX_IDEMPOTENCY_KEY_CHARS = 256;

/** Characters of a hook's name, which stands in logs and before what it sent. */
export const MAX_HOOK_NAME_CHARS = 80;

/** Characters of a run's answer in the note about its end; all of it is in the session of the run. */
export const MAX_NOTE_CHARS = 2_000;

/** How long the repeat of a request under way is held for its end; a turn that takes longer is asked about again. */
export const REPLAY_WAIT_MS = 24 * 3_600_000;
