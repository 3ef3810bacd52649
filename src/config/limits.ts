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
