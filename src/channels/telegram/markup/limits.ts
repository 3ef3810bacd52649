/** Characters of a message, counted by Telegram after the markup is read. */
export const MESSAGE_LIMIT = 4_096;

/** The same for what stands below a picture or file. */
export const CAPTION_LIMIT = 1_024;
