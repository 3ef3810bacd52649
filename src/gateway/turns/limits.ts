/** Sessions one connection can have named to hear; more than any window shows. */
export const MAX_SESSIONS_PER_CONNECTION = 1_000;

/** Sessions whose newest record is at hand for the rows in tool frames; more are not busy at once. */
export const MAX_REMEMBERED_RECORDS = 256;

/** Decoded size of an attachment unless `agents.defaults.mediaMaxMb` says otherwise. */
export const MAX_ATTACHMENT_MB = 20;

/** Decoded size of an image: what providers take. */
export const MAX_IMAGE_BYTES = 6 * 1024 * 1024;

/** Characters of a text file in a message; more would not leave room for the conversation. */
export const MAX_TEXT_ATTACHMENT_CHARS = 400_000;

/** Attachments of one message; more than a person picks at once. */
export const MAX_ATTACHMENTS = 20;

/** Characters of a typed message; what is longer is a file. */
export const MAX_MESSAGE_INPUT_CHARS = 1_000_000;

/** How long the asker of a slow command waits for its end before hearing that it has begun. */
export const COMMAND_PATIENCE_MS = 3_000;

/** What `agent.wait` waits unless told. */
export const AGENT_WAIT_MS = 30_000;

/** Rows of `sessions.list` unless told. */
export const LIST_ROWS_DEFAULT = 100;

/** Most rows of one page of `sessions.list`: what a frame holds with room to spare. */
export const MAX_LIST_ROWS = 1_000;

/** Most sessions one `sessions.preview` is answered for. */
export const MAX_PREVIEWS = 64;

/** Sessions that are offered when the start of an id fits several. */
export const MAX_CANDIDATES = 10;
