/** Body of one update; Telegram's are some KB, at most some hundred. */
export const MAX_UPDATE_BYTES = 1_048_576;

/** Time a caller has for its request; Telegram's front sends at once. */
export const REQUEST_IDLE_S = 10;

/** How long a call waits for room when too many messages wait already; shorter than the time it has. */
export const ROOM_PATIENCE_MS = 5_000;

/** Calls without the secret one address may make within the window; Telegram makes none. */
export const MAX_FAILURES = 20;

/** Window of that count. */
export const FAILURE_WINDOW_MS = 60_000;

/** Addresses that are counted apart; beyond it they share one count, so that nobody fills the memory. */
export const MAX_COUNTED_ADDRESSES = 4_096;

/** Between two searches for counts that are over, so that a crowd does not make every call one. */
export const SWEEP_MS = 1_000;

/** Pace of asking Telegram how its deliveries go; a delivery that fails shows within a minute. */
export const WEBHOOK_LOOK_MS = 30_000;
