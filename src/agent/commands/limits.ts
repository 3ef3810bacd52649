/** What `/compact` is told to keep, in characters: a hint, not a second prompt. */
export const FOCUS_MAX_CHARS = 800;

/** A session's name, in characters: lists show a line of it. */
export const NAME_MAX_CHARS = 120;

/** Models one answer of `/models` lists: longer ones are cut by channels. */
export const MODELS_LISTED = 40;

/** A message longer than this is text for the model; nobody types a command in it, and looking for one costs time. */
export const SCANNED_MAX_CHARS = 20_000;

/** Longest quiet time `/queue` sets, in ms: past this the answer seems lost. */
export const QUEUE_DEBOUNCE_MAX_MS = 600_000;

/** Longest queue `/queue` sets. */
export const QUEUE_CAP_MAX = 1_000;
