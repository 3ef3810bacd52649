/** A command waits this long for its node to come to the foreground; later nobody expects it any more. */
export const NODE_ACTION_TTL_MS = 600_000;

/** Commands that wait for one node; the oldest go first. */
export const NODE_ACTIONS_PER_NODE = 64;
