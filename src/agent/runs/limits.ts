/** Deltas of one run go out at most this often; faster is more frames than eyes can see. */
export const DELTA_INTERVAL_MS = 30;

/** Text of which deltas go out that often; each repeats all of it, so those of a longer one are as much rarer. */
export const DELTA_TEXT_CHARS = 16_384;

/** What an aborted run still gets to end its tools and its model call; within the 200 ms promised to whoever said stop. */
export const ABORT_GRACE_MS = 150;

/** How often an outcome is tried again that the store did not take; each try may stall for as long as a lock is waited for. */
export const OUTCOME_RETRY_MS = 5_000;

/** Longest run when nothing else is said: two days, so that only what hangs is ended. */
export const DEFAULT_RUN_TIMEOUT_MS = 172_800_000;

/** Longest delay a timer can take; a longer time-out is none. */
export const MAX_TIMER_MS = 2_147_483_647;

/** Runs at once in the lane `main` on a small machine: models are waited for, not computed here, and a turn is small. */
export const MAIN_LANE_MIN_WIDTH = 64;

/** Runs at once in the lane `main` for each processor. */
export const MAIN_LANE_WIDTH_PER_CPU = 4;

/** Helpers of agents that run at once. */
export const SUBAGENT_LANE_WIDTH = 8;

/** Small jobs nobody waits for that run at once. */
export const BACKGROUND_LANE_WIDTH = 3;

/** Messages that wait in one session; more is a flood. */
export const QUEUE_CAP = 20;

/** Runs of all sessions that are under way or wait; each keeps its message and pictures in memory until it is over. */
export const MAX_LIVE_RUNS = 1_000;

/** Silence after which collected messages become one turn. */
export const QUEUE_DEBOUNCE_MS = 500;

/** Characters kept of each message that fell out of a full queue. */
export const DROPPED_SUMMARY_CHARS = 160;

/** Characters of a tool's `details` that are kept and shown; the rest is replaced by a note. */
export const DETAILS_MAX_CHARS = 16_000;

/** Characters a tool may answer with to models of up to 100,000 tokens, of up to 200,000, and to larger ones. */
export const RESULT_MAX_CHARS = { small: 16_000, medium: 32_000, large: 64_000 } as const;

/** Context windows from which a tool may answer with more. */
export const RESULT_WINDOW_TOKENS = { medium: 100_000, large: 200_000 } as const;

/** Characters of an argument that stand beside a tool's name while it runs. */
export const CAPTION_MAX_CHARS = 120;

/** Model calls a run may be begun anew because its context did not fit; one more would not fit either. */
export const OVERFLOW_RETRIES = 2;

/** Tokens kept free for the answer. */
export const COMPACTION_RESERVE_TOKENS = 20_000;

/** Share of a small context window that is kept free at most. */
export const COMPACTION_RESERVE_SHARE = 0.25;

/** Tokens of the conversation's end that a compaction leaves as they are. */
export const COMPACTION_KEEP_TOKENS = 20_000;

/** Share of the context window that a compaction leaves as it is at most; else nothing would be won. */
export const COMPACTION_KEEP_SHARE = 0.3;

/** Longest a summary may take. */
export const COMPACTION_TIMEOUT_MS = 180_000;

/** Characters somebody may say about what a summary must keep. */
export const COMPACTION_FOCUS_MAX_CHARS = 800;

/** Characters of one message that go into the text a summary is made from. */
export const COMPACTION_MESSAGE_MAX_CHARS = 6_000;

/** Characters of one message in an extract that is made without a model. */
export const EXTRACT_LINE_MAX_CHARS = 240;

/** Lines of such an extract. */
export const EXTRACT_MAX_LINES = 40;

/** Characters for one token, where no provider has counted. */
export const CHARS_PER_TOKEN = 4;

/** What an image counts for, where no provider has counted. */
export const IMAGE_TOKENS = 1_200;

/** Model calls of one turn: more than the longest piece of work takes, few enough that a model going in circles is stopped. */
export const MAX_MODEL_CALLS = 500;

/** Length of a sender's name before what they said in a summary's material: enough to tell people apart. */
export const SENDER_NAME_MAX_CHARS = 64;
