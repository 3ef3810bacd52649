/** Longest a provider may take unless its entry says otherwise. */
export const PROVIDER_TIMEOUT_MS = 5_000;

/** Largest secret file, and largest answer of a program, unless the entry says otherwise. */
export const PROVIDER_MAX_BYTES = 1_048_576;

/** Largest value in the secret store. */
export const MAX_STORED_SECRET_BYTES = 65_536;
