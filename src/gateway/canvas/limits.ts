/** Life of an address that is its own credential, counted from its last use; whoever holds it asks for a fresh one before. */
export const PASS_TTL_MS = 600_000;

/** Addresses of one holder: the ones before a fresh one live on, for the pages they belong to. */
export const MAX_PASSES_PER_HOLDER = 4;

/** Addresses in all; the ones unused for longest make room. */
export const MAX_PASSES = 1_024;
