/** A model that was asked for one word and has not said it by then is not going to. */
export const MODEL_TRIAL_MS = 45_000;

/** A gateway on this machine starts in a fraction of a second, with channels in a few. */
export const START_PATIENCE_MS = 20_000;

/** One look at a gateway; on this machine the answer takes a few ms. */
export const LOOK_TIMEOUT_MS = 3_000;

/** Between two looks at a gateway that is starting. */
export const LOOK_PAUSE_MS = 100;

/** A first answer may take as long as a model thinks. */
export const FIRST_ANSWER_MS = 180_000;

/** Telegram answers within a second; beyond this the network is the trouble. */
export const CHANNEL_TRIAL_MS = 15_000;

/** A file that holds a few short answers is never larger. */
export const MAX_PROGRESS_BYTES = 65_536;

/** `loginctl` is answered at once, or waits for a password that nobody can give it here. */
export const LINGER_TIMEOUT_MS = 10_000;
