/** The registered port of the gateway. */
export const DEFAULT_GATEWAY_PORT = 18_789;

/** Port of the `dev` profile, far enough from the default for both to run with all their derived ports. */
export const DEV_GATEWAY_PORT = 19_001;

/** First port of the range that named profiles are spread over. */
export const PROFILE_PORT_BASE = 20_000;

/** Width of that range: it ends below the ephemeral ports of every common system. */
export const PROFILE_PORT_SPAN = 40_000;

/** How long the login shell may take to print its environment. */
export const SHELL_ENV_TIMEOUT_MS = 15_000;

/** State and secret directories are for the owner alone. */
export const PRIVATE_DIR_MODE = 0o700;

/** Files that hold or may hold a secret are for the owner alone. */
export const PRIVATE_FILE_MODE = 0o600;

/** Includes inside includes; deeper is a mistake or an attack. */
export const MAX_INCLUDE_DEPTH = 10;

/** Longest `$include` path, as written and as resolved (exclusive). */
export const MAX_INCLUDE_PATH_CHARS = 4096;

/** Largest config or included file; a config is written by people. */
export const MAX_CONFIG_FILE_BYTES = 2_097_152;

/** Older versions of the config that are kept: `.bak`, `.bak.1` … `.bak.4`. */
export const BACKUP_COUNT = 5;

/** A config smaller than this may shrink by any amount: losing half of a few lines is an edit, not an accident. */
export const SHRINK_GUARD_MIN_BYTES = 512;

/** How long a writer waits for another one; a write takes milliseconds. */
export const WRITE_LOCK_TIMEOUT_MS = 10_000;

/** Pause between two tries to get the write lock. */
export const WRITE_LOCK_RETRY_MS = 10;

/** A file counts as written once it has not changed for this long. */
export const CONFIG_SETTLE_MS = 200;

/** A file that never stops changing is read after this long all the same. */
export const CONFIG_MAX_UNSETTLED_MS = 2_000;

/** Pace of looking at the files where the system does not report changes (network disks, exhausted watch limits). */
export const CONFIG_POLL_MS = 5_000;
