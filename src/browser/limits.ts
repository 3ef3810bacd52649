/** Profiles that can be made; the ports there are for them end at a hundred. */
export const MAX_CREATED_PROFILES = 50;

/** A browser that is there answers its line at once; one elsewhere after a round trip or two. */
export const CDP_CONNECT_TIMEOUT_MS = 5_000;

/** Longest wait for one command; pages that hang are given up then. */
export const CDP_TIMEOUT_MS = 30_000;

/** What a browser says of itself; a few lines. */
export const MAX_VERSION_BYTES = 65_536;

/** A first start makes a profile on a slow disk; later ones take a second. */
export const START_TIMEOUT_MS = 20_000;

/** How often it is looked whether a browser that was started has opened its line. */
export const START_POLL_MS = 50;

/** Time a browser has to write its cookies down before it is ended. */
export const CLOSE_GRACE_MS = 2_000;

/** What a browser says about a start that failed; the end of it names the cause. */
export const KEPT_OUTPUT_CHARS = 4_000;

/** Tabs of one browser; each is a process of a hundred megabytes. */
export const MAX_TABS = 30;

/** Time a page has to load before it is worked with as it is. */
export const LOAD_TIMEOUT_MS = 20_000;

/** Time an action waits for its element to be ready, and then for what it sets off. */
export const ACT_TIMEOUT_MS = 8_000;

/** How often a wait looks again. */
export const WAIT_POLL_MS = 100;

/** After an action, the time in which a page that leaves for another one shows it. */
export const SETTLE_MS = 50;

/** Longest wait a caller may ask for. */
export const MAX_WAIT_MS = 120_000;

/** Messages of the console, and errors, kept of one page. */
export const MAX_CONSOLE_ENTRIES = 200;

/** Characters kept of one such message. */
export const MAX_CONSOLE_CHARS = 2_000;

/** Characters of a snapshot: what a model with a large window can take in. */
export const SNAPSHOT_MAX_CHARS = 80_000;

/** The same for `efficient` ones. */
export const EFFICIENT_MAX_CHARS = 10_000;

/** Elements of a structured snapshot unless asked for otherwise: what a model can take in. */
export const ARIA_NODES = 500;

/** Elements of one whoever asks: a page can have millions. */
export const ARIA_MAX_NODES = 5_000;

/** Frames of a page that a snapshot reads; advertisements have dozens. */
export const MAX_FRAMES = 20;

/** Highest picture of a whole page, in CSS pixels; browsers draw no higher ones. */
export const MAX_PICTURE_HEIGHT = 16_384;

/** Pictures and documents kept; older ones make room. */
export const MAX_KEPT_FILES = 200;

/** Characters of what a script in a page gives back. */
export const MAX_RESULT_CHARS = 200_000;

/** Characters of text one action types. */
export const MAX_TYPED_CHARS = 100_000;

/** How long an answer to a dialog that is still to come is kept ready. */
export const DIALOG_ARMED_MS = 120_000;

/** Connections one browser holds through its door; pages with many pictures have hundreds. */
export const MAX_DOOR_CONNECTIONS = 1_000;

/** Time the other end of a connection through the door has to answer. */
export const DOOR_CONNECT_TIMEOUT_MS = 15_000;

/** Longest event of a browser that is read: a page can put all its memory into one line of its console. */
export const MAX_CDP_EVENT_CHARS = 1_024 * 1_024;
