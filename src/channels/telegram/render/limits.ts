/** Longest quote Telegram takes, in UTF-16 units. */
export const QUOTE_MAX_CHARS = 1_024;

/** Photos of one album; Telegram takes 2 to 10. */
export const ALBUM_MAX_ITEMS = 10;

/** Bytes a button may say when it is pressed. */
export const BUTTON_DATA_MAX_BYTES = 64;

/** Buttons below one message. */
export const BUTTONS_MAX = 100;

export const POLL_QUESTION_MAX_CHARS = 300;
export const POLL_OPTION_MAX_CHARS = 100;
export const POLL_MIN_OPTIONS = 2;
export const POLL_MAX_OPTIONS = 12;

/** A poll that closes by itself does so after 5 s at the earliest … */
export const POLL_MIN_SECONDS = 5;
/** … and after 7 days at the latest. */
export const POLL_MAX_SECONDS = 604_800;

/** Models on one page of the picker. */
export const MODELS_PER_PAGE = 8;

/** Characters of a model's name on a button; more is not shown on a phone. */
export const MODEL_LABEL_MAX_CHARS = 38;
