/** Clocks of a device and of the gateway may differ this much; the nonce already forbids replay. */
export const DEVICE_SIGNATURE_SKEW_MS = 120_000;

/** A pairing request that nobody decides on is gone after this; the device simply asks again. */
export const PAIRING_REQUEST_TTL_MS = 300_000;

/** Pairing requests that may wait at once: a person cannot review more, and the table stays small. */
export const MAX_PENDING_REQUESTS = 256;

/** A setup code is read from a screen within minutes; a leaked one is worthless soon after. */
export const SETUP_CODE_TTL_MS = 600_000;

/** How long the outcome of a setup code can still be asked for. */
export const SETUP_STATUS_KEPT_MS = 86_400_000;

/** First answer to a failed attempt of the local operator waits this long; each further failure doubles it. */
export const LOCAL_FAILURE_DELAY_MS = 250;

/** Longest wait of a failed local attempt: slow for guessing, bearable for a person. */
export const LOCAL_FAILURE_DELAY_MAX_MS = 5_000;

/** Callers whose failures are remembered; the oldest are forgotten first. */
export const MAX_TRACKED_CALLERS = 10_000;

/** A whois answer comes from the local daemon; one that takes longer counts as failed. */
export const WHOIS_TIMEOUT_MS = 3_000;

/** A verified identity is trusted this long before the daemon is asked again. */
export const WHOIS_CACHE_MS = 10_000;

/** Addresses whose identity is remembered. */
export const WHOIS_CACHE_ENTRIES = 256;

/** Scope upgrades that devices may wait for at once, over all devices. */
export const MAX_SCOPE_UPGRADES = 256;

/** Wrong hook tokens of one address within the window; a script that was set up wrongly is told so before that. */
export const HOOK_FAILURES = 20;

/** Window of those, and how long an address is then not heard. */
export const HOOK_FAILURE_WINDOW_MS = 60_000;
