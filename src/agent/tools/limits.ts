/** Largest file that is read as text: more than a model is ever shown of it, and quick to split into lines. */
export const READ_MAX_BYTES = 10 * 1024 * 1024;

/** Lines of one read unless asked for otherwise; models lose the thread in more. */
export const READ_MAX_LINES = 2_000;

/** Characters of a read that are kept free for the note of where to go on. */
export const READ_NOTE_CHARS = 200;

/** Largest image that is shown; providers take no larger ones. */
export const IMAGE_MAX_BYTES = 5 * 1024 * 1024;

/** Largest file text is replaced in. */
export const EDIT_MAX_BYTES = READ_MAX_BYTES;

/** Largest text that is written in one call. */
export const WRITE_MAX_BYTES = READ_MAX_BYTES;

/** Entries of a folder in one listing unless asked for otherwise. */
export const LS_MAX_ENTRIES = 500;

/** How long `exec` waits before a command goes on in the background. */
export const EXEC_YIELD_MS = 10_000;

/** The most `exec` may be asked to wait. */
export const EXEC_MAX_YIELD_MS = 600_000;

/** Longest life of a command that names none. */
export const EXEC_TIMEOUT_SECONDS = 1_800;

/** Output kept of one command, in characters: what a model with the largest window may be shown, three times over. */
export const EXEC_OUTPUT_CHARS = 200_000;

/** End of the output that is shown while a command runs. */
export const EXEC_TAIL_CHARS = 2_000;

/** Output is shown to watchers at most this often; a frame each line would drown them. */
export const EXEC_UPDATE_MS = 100;

/** How long a finished background command is remembered. */
export const EXEC_CLEANUP_MS = 1_800_000;

/** Commands that may run at once, over all agents; each has a process and a buffer. */
export const EXEC_MAX_RUNNING = 64;

/** Finished background commands that are remembered at most, and characters of output of all of them. */
export const EXEC_MAX_FINISHED = 50;
export const EXEC_MAX_FINISHED_CHARS = 2_000_000;

/** Longest wait of one `process poll`. */
export const POLL_MAX_MS = 30_000;

/** Silence after which a command with open input may be waiting for it. */
export const INPUT_WAIT_MS = 15_000;

/** Lines of `process log` when nothing is asked for. */
export const LOG_LINES = 200;

/** `web_fetch`: text shown, bytes read, time, redirects, and how long a page is kept. */
export const FETCH_MAX_CHARS = 20_000;
export const FETCH_MAX_BYTES = 750_000;
export const FETCH_TIMEOUT_SECONDS = 30;
export const FETCH_MAX_REDIRECTS = 3;
export const FETCH_CACHE_MINUTES = 15;

/** Bounds of the configured size of a page. */
export const FETCH_BYTES_RANGE = { min: 32_000, max: 10_000_000 } as const;

/** Pages that are kept at most; with their text about 2 MB. */
export const FETCH_CACHE_PAGES = 100;

/** Text of a page that could not be had, such as an error page. */
export const FETCH_ERROR_CHARS = 2_000;

/** Sessions in one listing: unless asked for otherwise, and at most. */
export const SESSIONS_LIMIT = 100;
export const SESSIONS_MAX_LIMIT = 200;

/** Sessions looked at for one listing, seen or not. */
export const SESSIONS_SCAN_ROWS = 1_000;

/** Messages of one `sessions_history` unless asked for otherwise, and at most. */
export const HISTORY_LIMIT = 50;
export const HISTORY_MAX_LIMIT = 500;

/** Characters of one text in `sessions_history`, and of the whole answer. */
export const HISTORY_TEXT_CHARS = 4_000;
export const HISTORY_CHARS = 80_000;

/** Messages shown with each session of a listing at most. */
export const LIST_MAX_MESSAGES = 20;

/** How long `sessions_send` waits for the answer unless told. */
export const SEND_WAIT_SECONDS = 30;

/** The most it may be told to wait. */
export const SEND_MAX_WAIT_SECONDS = 3_600;

/** Longest message one session sends to another or to a chat. */
export const MESSAGE_MAX_CHARS = 100_000;

/** Characters a tool may answer a person or a program with outside a turn. */
export const INVOKE_RESULT_CHARS = 64_000;
