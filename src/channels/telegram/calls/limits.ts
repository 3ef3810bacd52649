import { BYTES_PER_MB } from "../../files/index.ts";

/** Photo Telegram's own servers take; a larger one is sent as a file. */
export const CLOUD_PHOTO_MAX_BYTES = 10 * BYTES_PER_MB;

/** Any other file Telegram's own servers take from a bot. */
export const CLOUD_UPLOAD_MAX_BYTES = 50 * BYTES_PER_MB;

/** Largest file Telegram's own servers give to a bot. */
export const CLOUD_DOWNLOAD_MAX_BYTES = 20 * BYTES_PER_MB;

/** Between two edits of previews in one direct chat; Telegram takes one message a second. */
export const DRAFT_PACE_MS = 1_100;

/** The same in a group or channel, where Telegram takes twenty a minute. */
export const GROUP_DRAFT_PACE_MS = 3_200;

/** How often a call that may be repeated is made, with the first one. */
export const REPEAT_ATTEMPTS = 3;

/** Pause before the first repeat; it doubles. */
export const REPEAT_BASE_MS = 400;

/** Longest pause before a repeat; what asks for a longer one fails. */
export const REPEAT_MAX_MS = 30_000;

/** The same while a preview is taken away, for which somebody waits. */
export const DISCARD_MAX_MS = 5_000;

/** Previews remembered as over; a text that is late is late by seconds. */
export const ENDED_REMEMBERED = 1_000;

/** Messages remembered as sent by the account. */
export const SENT_REMEMBERED = 5_000;

/** What is shown to somebody who pressed a button. */
export const PRESS_TEXT_MAX_CHARS = 200;

export const TOPIC_NAME_MAX_CHARS = 128;
