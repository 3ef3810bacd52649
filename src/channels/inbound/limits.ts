/** Messages of one account that are not over; more wait at the platform, which keeps them for us. */
export const MAX_OPEN_ROWS = 1_000;

/** Turns of one session that agents are given at a time: fewer than their queue holds, so that none falls out of it. */
export const MAX_OPEN_TURNS = 16;

/** Times a message is begun; what fails or kills the process more often is given up, so that others behind it go on. */
export const MAX_ATTEMPTS = 5;

/** First and longest wait before something that went wrong here (the store, a bug) is tried again. */
export const RETRY_MIN_MS = 250;
export const RETRY_MAX_MS = 30_000;

/** First and longest wait before a message is said again to a provider that was not reached. */
export const PROVIDER_RETRY_MIN_MS = 5_000;
export const PROVIDER_RETRY_MAX_MS = 600_000;

/** A message that no provider could answer for this long is answered with the failure. */
export const PROVIDER_PATIENCE_MS = 24 * 60 * 60 * 1_000;

/** Somebody else's answer says that providers are back; a chat whose last try is younger is not tried for that. */
export const PROVIDER_RECHECK_MS = 5_000;

/** First and longest wait before a message is offered again to agents that have too much waiting. */
export const CROWDED_RETRY_MIN_MS = 500;
export const CROWDED_RETRY_MAX_MS = 10_000;

/** Quiet time after which an album is complete. */
export const ALBUM_QUIET_MS = 300;

/** Quiet time after a forwarded message: people forward several at once. */
export const FORWARD_QUIET_MS = 80;

/** Text of this length was probably cut by the sender's program, and the rest follows. */
export const CUT_TEXT_CHARS = 4_000;

/** How long the rest of a cut text is waited for. */
export const CUT_TEXT_QUIET_MS = 1_500;

/** Platforms tell whole seconds: messages further apart than their window and this were not sent together. */
export const SENT_TOGETHER_SLACK_MS = 1_000;

/** Bounds of what becomes one message: beyond any of them the rest is a message of its own. */
export const MAX_MERGED_MESSAGES = 12;
export const MAX_MERGED_CHARS = 50_000;
export const MAX_MERGE_WAIT_MS = 7_500;

/** Groups whose earlier messages are kept; the one that was silent longest goes first. */
export const MAX_HISTORIES = 2_000;

/** Characters of all of them. */
export const MAX_HISTORY_CHARS = 8_000_000;

/** Characters kept of an earlier, quoted or edited message: enough to know what it was about. */
export const CONTEXT_MAX_CHARS = 2_000;

/** Characters of a name in text for the model. */
export const NAME_MAX_CHARS = 64;

/** A message older than this says so: the person may not expect an answer as if it were new. */
export const OLD_MESSAGE_MS = 10 * 60 * 1_000;

/** Files fetched at a time: each is in memory until it is handed on. */
export const MEDIA_FETCHES = 3;

/** Longest that one file is waited for. */
export const MEDIA_FETCH_MS = 120_000;

/** Largest file taken where neither account nor channel says otherwise, MB. */
export const MEDIA_MAX_MB = 100;

/** Largest picture shown to a model; larger ones are files for the agent's tools. */
export const MAX_IMAGE_BYTES = 6 * 1_024 * 1_024;

/** Bytes of pictures and texts of one message that are shown to a model; what is beyond is a file for the agent's tools. */
export const MAX_SHOWN_BYTES = 20 * 1_024 * 1_024;

/** Largest text file that is shown to a model besides being kept as a file. */
export const MAX_SHOWN_TEXT_BYTES = 64 * 1_024;

/** Files from chats are kept this long, and this many bytes of them: the oldest go first. */
export const MEDIA_KEPT_MS = 7 * 24 * 60 * 60 * 1_000;
export const MEDIA_KEPT_BYTES = 1_024 * 1_024 * 1_024;

/** The folder of files is cleared when the gateway starts, and after this many files or bytes. */
export const MEDIA_CLEARED_AFTER_FILES = 100;
export const MEDIA_CLEARED_AFTER_BYTES = 64 * 1_024 * 1_024;

/** Longest that the end of a preview is waited for before the answer is sent. */
export const LIVE_FINISH_MS = 5_000;

/** How long, and how often, it is looked whether an answer has arrived, before the preview beside it is taken away. */
export const DRAFT_PATIENCE_MS = 60_000;
export const DRAFT_POLL_MS = 250;

/** With `errorPolicy: once` the same error is told again in the same chat after this time. */
export const ERROR_TOLD_MS = 4 * 60 * 60 * 1_000;

/** Errors remembered for `errorPolicy: once`, of all chats. */
export const MAX_TOLD_ERRORS = 1_000;

/** Groups the log is told of that they are not heard; whoever adds the bot to more of them fills no disk with it. */
export const UNHEARD_GROUPS_MAX = 100;
