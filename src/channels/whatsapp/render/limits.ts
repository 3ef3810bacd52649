/** Characters below a picture or file that WhatsApp shows. */
export const CAPTION_LIMIT = 1_024;

/** What WhatsApp's own apps let a person put into a poll. */
export const POLL_MIN_OPTIONS = 2;
export const POLL_MAX_OPTIONS = 12;
export const POLL_QUESTION_MAX_CHARS = 255;
export const POLL_OPTION_MAX_CHARS = 100;
