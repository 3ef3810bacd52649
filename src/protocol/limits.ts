/** Largest frame before the handshake is done; a stranger gets no more memory than a connect frame needs. */
export const PREAUTH_MAX_FRAME_BYTES = 65_536;

/** Largest frame after `hello-ok`; announced as `policy.maxPayload`. */
export const MAX_PAYLOAD_BYTES = 26_214_400;

/** Bytes queued for one client before it counts as a slow consumer; announced as `policy.maxBufferedBytes`. */
export const MAX_BUFFERED_BYTES = 52_428_800;

/** Pace of the `tick` event; announced as `policy.tickIntervalMs`. Clients give up after two missed ticks. */
export const TICK_INTERVAL_MS = 30_000;

/** Longest close reason a WebSocket close frame can carry (RFC 6455, section 5.5). */
export const MAX_CLOSE_REASON_BYTES = 123;

/** Longest `traceparent` accepted on a request frame. */
export const MAX_TRACEPARENT_CHARS = 128;

/** Longest chunk of `node.invoke.progress`, so that one node cannot flood its caller. */
export const MAX_INVOKE_CHUNK_CHARS = 16_384;

/** Most work items one `node.pending.drain` takes. */
export const MAX_PENDING_DRAIN_ITEMS = 10;

/** Most messages one page of `chat.history` has. */
export const MAX_HISTORY_MESSAGES = 1_000;

/** Most characters a client may ask for of one message in `chat.history`. */
export const MAX_HISTORY_CHARS = 500_000;

/** Most characters a client may ask for in `chat.message.get`. */
export const MAX_MESSAGE_CHARS = 2_000_000;

/** Longest `query` of `sessions.search`. */
export const MAX_SEARCH_QUERY_CHARS = 4_096;

/** Most hits of `sessions.search`. */
export const MAX_SEARCH_HITS = 25;

/** Most sessions `sessions.search` can be narrowed to. */
export const MAX_SEARCH_SESSIONS = 200;
