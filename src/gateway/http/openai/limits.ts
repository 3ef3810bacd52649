/** Body of a request with a conversation; a few pictures fit, a film does not. */
export const MAX_TURN_BODY_BYTES = 20 * 1024 * 1024;

/** Body of a request for embeddings: text only. */
export const MAX_EMBEDDINGS_BODY_BYTES = 5 * 1024 * 1024;

/** Texts of one embeddings request; providers take no more either. */
export const MAX_EMBEDDING_INPUTS = 128;

/** Characters of one text to embed; models see about 8,000 tokens. */
export const MAX_EMBEDDING_INPUT_CHARS = 8_192;

/** Characters of all texts to embed together. */
export const MAX_EMBEDDING_TOTAL_CHARS = 65_536;

/** Longest wait for a provider of embeddings. */
export const EMBEDDING_TIMEOUT_MS = 60_000;

/** Answer of a provider of embeddings: 128 vectors of 4,096 numbers written out. */
export const MAX_EMBEDDING_ANSWER_BYTES = 32 * 1024 * 1024;

/** `stop` sequences; what providers take. */
export const MAX_STOP_SEQUENCES = 4;

/** Code units of a tool call's arguments in one piece of a stream. */
export const ARGUMENT_PIECE_CHARS = 256;

/** Pause after which a stream says that it is still there; proxies cut silent connections after 30 s and more. */
export const KEEP_ALIVE_MS = 15_000;

/** Bytes of a stream that wait for its reader: a whole long answer. Who is further behind does not read. */
export const MAX_UNREAD_BYTES = 4 * 1024 * 1024;

/** Responses whose session `previous_response_id` still finds; the oldest are forgotten. */
export const MAX_EARLIER_RESPONSES = 500;

/** Age at which a response is no longer continued. */
export const EARLIER_RESPONSE_TTL_MS = 30 * 60_000;

/** Characters of a channel's name. */
export const MAX_CHANNEL_CHARS = 64;
