/** A node that gives no sign of life for this long is not sent a command; the caller hears of it within two seconds. */
export const LIVENESS_PROBE_MS = 1_500;

/** Unanswered liveness probes in a row after which the socket is closed: one may be a slow radio, two is a ghost. */
export const FAILED_PROBES_BEFORE_CLOSE = 2;

/** Without a frame for this long a node may be replaced by another that claims to be the same installation. */
export const SILENT_NODE_MS = 60_000;

/** Time-out of an invocation whose caller names none. */
export const DEFAULT_INVOKE_TIMEOUT_MS = 30_000;

/** Longest time-out of an invocation, also for callers that ask for none, so that nothing waits for ever. */
export const MAX_INVOKE_TIMEOUT_MS = 3_600_000;

/** Invocations that one node may have open; more means that it does not keep up. */
export const MAX_OPEN_INVOKES_PER_NODE = 64;

/**
 * Lists and objects inside one another in the params of a command and in its answer. No command needs a tenth of it; the
 * runtime writes three times as many, and stands still for a second when there are more.
 */
export const MAX_JSON_LEVELS = 10_000;

/** Largest progress chunk, in UTF-8 bytes; the published contract's bound. */
export const MAX_PROGRESS_CHUNK_BYTES = 16_384;

/** Commands looked at in a declaration; the largest node of today declares about fifty. */
export const MAX_DECLARED_COMMANDS = 512;

/** Capabilities and permissions looked at in a declaration. */
export const MAX_DECLARED_CAPS = 128;

/** Longest name of a command, capability or permission; longer ones are not looked at. */
export const MAX_SURFACE_NAME_CHARS = 128;

/** Presence beacons of one node are written at most this often; a chatty node must not wear the disk. */
export const PRESENCE_WRITE_INTERVAL_MS = 60_000;

/** Life of queued work unless the caller says otherwise: a day. */
export const WORK_TTL_MS = 86_400_000;

/** Work items handed out per drain unless the node asks for more. */
export const WORK_DRAIN_ITEMS = 4;

/** Requests of `node.pair.request` that may wait at once; they come from callers, not from paired devices. */
export const MAX_REQUESTED_PAIRINGS = 64;
