/** How long Telegram holds a request for updates open. With the grace of the client a dead line is known after 40 s. */
export const POLL_TIMEOUT_S = 30;

/** Updates of one answer; the most there are. */
export const POLL_BATCH = 100;

/** An empty answer that came sooner than this did not wait for anything; neither is the next one asked for sooner. */
export const IDLE_POLL_MS = 1_000;

/** Telegram numbers updates anew after a week without any, so what was read before says nothing then. */
export const OFFSET_TRUST_MS = 6 * 86_400_000;

/** How often it is written down that updates still come. */
export const OFFSET_NOTE_MS = 3_600_000;

/** Who a bot is changes seldom; every start would ask otherwise. */
export const IDENTITY_TTL_MS = 86_400_000;

/** Pauses after a line that broke: 1 s, 2 s, … 30 s. */
export const QUICK_FIRST_MS = 1_000;
export const QUICK_MAX_MS = 30_000;

/** Pauses where coming back soon makes things worse: 30 s, 1 min, … 10 min; not below the time a poll is held open. */
export const SLOW_FIRST_MS = 30_000;
export const SLOW_MAX_MS = 600_000;

/** Part of a pause that is added at random, so that two programs do not meet again and again. */
export const PAUSE_JITTER = 0.2;

/** A revoked token seldom comes back; it is asked about all the same, so that nobody has to restart anything. */
export const REVOKED_PROBE_MS = 600_000;

/** How soon a token file that was written anew, or a token that another account gave up, is noticed. */
export const TOKEN_LOOK_MS = 15_000;

/** Failures in a row after which a person is told what to look at. */
export const TELL_AFTER_FAILURES = 3;

/** Entries Telegram takes for a menu. */
export const MENU_MAX_ENTRIES = 100;

/** Characters of a description in it. */
export const MENU_MAX_DESCRIPTION_CHARS = 256;

/** A menu that was refused is offered again after this; it is a convenience. */
export const MENU_RETRY_MS = 600_000;

/** How soon another command menu, or another rule of mentions, is noticed in a running account. */
export const SETTINGS_LOOK_MS = 30_000;

/** Groups a probe asks Telegram about; an account has a handful. */
export const PROBE_MAX_GROUPS = 20;

/** Previews remembered while there is no line; as many chats were answered when the process before this one died. */
export const MAX_STANDING_PREVIEWS = 1_000;
