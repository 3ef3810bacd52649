/** Tokens a model is taken to see when nobody says. */
export const FALLBACK_CONTEXT_TOKENS = 200_000;

/** Silence of a provider on the internet after which a request is given up. */
export const CLOUD_IDLE_MS = 120_000;

/** The same for a server of one's own: it may have to load the model first. */
export const SELF_HOSTED_IDLE_MS = 300_000;

/** Longest answer in bytes; a stream that never ends must not fill the memory. */
export const MAX_ANSWER_BYTES = 67_108_864;

/** Longest answer in characters, thoughts and calls included: several times what the longest-winded model may say. */
export const MAX_ANSWER_CHARS = 2_000_000;

/** Levels of the arguments of one tool call; tools have 3. */
export const MAX_ARGUMENT_DEPTH = 64;

/** Bytes of a stream that are read before others get their turn: some 20 frames. */
export const UNHURRIED_BYTES = 4_096;

/** Bytes of an error body that are looked at. */
export const MAX_ERROR_BODY_BYTES = 65_536;

/** Characters of what a provider says about a failure that are looked at; more than is shown, so that no secret is cut in two before it is hidden. */
export const MAX_HEARD_CHARS = 8_192;

/** Characters of it that are shown. */
export const MAX_SAID_CHARS = 1_000;

/** Attempts in all while a provider says that there were too many requests. */
export const RATE_LIMIT_ATTEMPTS = 10;

/** Repeats after other passing failures. */
export const TRANSIENT_RETRIES = 8;

/** Time within which these repeats are begun. */
export const TRANSIENT_WINDOW_MS = 90_000;

/** Repeats to an address nobody answers at while another model could: who waits there waits for nothing. */
export const UNREACHABLE_RETRIES_FAILOVER = 2;

/** First and longest pause between attempts. */
export const BACKOFF_FIRST_MS = 1_000;
export const BACKOFF_MAX_MS = 30_000;

/** A longer `retry-after` is not waited for while somebody else could answer. */
export const RETRY_AFTER_FAILOVER_MS = 60_000;

/** A longer one is not waited for at all: the person is told when to come back. */
export const RETRY_AFTER_MAX_MS = 300_000;

/** How long a credential rests after its first, second and every further failure in a row. */
export const COOLDOWNS_MS = [30_000, 60_000, 300_000] as const;

/** How long a credential rests that has no money left or was withdrawn. */
export const DISABLED_MS = 600_000;

/** Sessions whose last good credential is remembered; prompt caches at providers live a few minutes anyway. */
export const MAX_REMEMBERED_SESSIONS = 1_000;

/** Failures whose reason is remembered until somebody asks for it. */
export const MAX_REMEMBERED_FAILURES = 256;

/** The last use of a credential is written down at most so often. */
export const USE_NOTED_EVERY_MS = 60_000;

/** A token is renewed so long before it ends. */
export const OAUTH_EARLY_MS = 60_000;

/** Answers of a server on this machine are there at once or it is not one. */
export const DETECT_TIMEOUT_MS = 800;

/** How long it is remembered which servers run on this machine. */
export const DETECTED_FOR_MS = 60_000;

/** Longest a probe waits for a model. */
export const PROBE_TIMEOUT_MS = 8_000;
