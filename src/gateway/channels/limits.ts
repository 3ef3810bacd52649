/** For what is just being taken in: a few writes, and files that are being fetched. */
export const INBOUND_BUDGET_MS = 2_000;

/** For calls of platforms under way; what has no answer by then is known as uncertain at the next start. */
export const OUTBOX_BUDGET_MS = 3_000;

/** For connections to end their requests. */
export const CONNECTIONS_BUDGET_MS = 3_000;

/** Accounts that start together are told of together. */
export const NEWS_DELAY_MS = 250;

/** Messages one answer becomes; whoever has an agent name files without end is sent no more than this. */
export const MAX_ANSWER_MESSAGES = 20;

/** How long whoever asked for an answer in a chat waits for the platform; what is on its way then arrives all the same. */
export const ANSWER_PATIENCE_MS = 30_000;

/** How long whoever approves a pairing waits for the platform; the notice is sent later all the same. */
export const APPROVAL_PATIENCE_MS = 10_000;

/** How long a gateway that came back waits for the chat it tells so; the words are in the outbox then. */
export const RESTART_NOTICE_PATIENCE_MS = 10_000;
