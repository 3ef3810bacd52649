/** A code that was not approved within an hour is forgotten; whoever still wants in writes again. */
export const PAIRING_TTL_MS = 3_600_000;
/** Strangers cannot fill the list: whoever comes while three wait is told nothing. */
export const MAX_PENDING_PER_ACCOUNT = 3;
/** 32^8 codes against three pending ones: nobody guesses one within the hour. */
export const PAIRING_CODE_CHARS = 8;
/** What people call themselves is kept to recognise them by, not to fill the store. */
export const MAX_META_CHARS = 128;
/** Two bots that answer each other reach this within the window; people do not. */
export const BOT_LOOP_EVENTS = 20;
export const BOT_LOOP_WINDOW_SECONDS = 60;
/** Long enough for the other side to fall silent. */
export const BOT_LOOP_COOLDOWN_SECONDS = 60;
/** Bots watched at once; the one heard longest ago is forgotten first. */
export const MAX_WATCHED_BOTS = 1_000;
/** Text that is looked through for a name; whoever means the agent says so before that. */
export const MENTION_TEXT_CHARS = 8_192;
/** Mention patterns kept ready; a configuration has a handful. */
export const MAX_KNOWN_PATTERNS = 256;
/** Strangers remembered as told; with three waiting per account this is hundreds of accounts. */
export const MAX_REMEMBERED_NOTICES = 1_000;
