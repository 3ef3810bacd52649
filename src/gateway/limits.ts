/** A client that has not completed `connect` by then is a stray or an attacker. */
export const HANDSHAKE_TIMEOUT_MS = 15_000;

/** Unauthenticated sockets per client address; more would let one host exhaust descriptors. */
export const MAX_PREAUTH_CONNECTIONS_PER_IP = 32;

/** Unauthenticated sockets in all; bounds what many addresses can do together. */
export const MAX_PREAUTH_CONNECTIONS = 1_024;

/** Frames kept while `connect` is being decided; shipped clients send at most a handful early. */
export const MAX_PENDING_HANDSHAKE_FRAMES = 15;

/** Pace of WebSocket pings; a peer that has not ponged by the next one is gone. */
export const PING_INTERVAL_MS = 25_000;

/** Time a slow consumer has to read its backlog and be closed properly before its socket is destroyed. */
export const SLOW_CONSUMER_GRACE_MS = 1_000;

/** Bytes of events that wait for one client until the end of the turn; above, sending together saves nothing more. */
export const MAX_WAITING_BYTES = 64 * 1024;

/** Requests of operators being worked on at once in the whole process. */
export const MAX_INFLIGHT_REQUESTS = 256;

/** Bytes of request frames being worked on at once in the whole process, and again of those that wait. */
export const MAX_INFLIGHT_REQUEST_BYTES = 50 * 1024 * 1024;

/** Open requests of one connection that wait for somebody else; more than a client can have a use for. */
export const MAX_HELD_REQUESTS_PER_CONNECTION = 256;

/** Wrong-role calls in a row before the connection is closed: such a client will not get better. */
export const MAX_UNAUTHORIZED_CALLS = 10;

/** Control-plane writes per window, method and caller. */
export const WRITE_LIMIT = 30;
export const WRITE_LIMIT_WINDOW_MS = 60_000;

/** Callers remembered by the write limit; the oldest are forgotten. */
export const WRITE_LIMIT_MAX_KEYS = 4_096;

/** Rows of the presence list. */
export const MAX_PRESENCE_ROWS = 200;

/** How long a row outlives its connection or beacon. */
export const PRESENCE_TTL_MS = 300_000;

/** Presence broadcasts are merged within this time, so that n clients connecting cost n, not n², events. */
export const PRESENCE_COALESCE_MS = 100;

/** Age at which the cached health payload is rebuilt. */
export const HEALTH_REFRESH_MS = 60_000;

/** Newest sessions the health payload names, in all and of each agent. */
export const HEALTH_RECENT_SESSIONS = 5;

/** System notes kept for a session. */
export const MAX_SYSTEM_EVENTS = 20;

/** System notes kept for all of them; chats that nobody answers in collect theirs. */
export const MAX_SYSTEM_EVENTS_IN_ALL = 2_000;

/** Body bytes of an HTTP request that no route needs more for. */
export const MAX_HTTP_BODY_BYTES = 1024 * 1024;

/** Time the whole shutdown may take before what is left is cut. */
export const SHUTDOWN_BUDGET_MS = 15_000;

/** What clients are told to wait before they reconnect after a restart. */
export const RESTART_EXPECTED_MS = 1_500;

/** Time clients have to take the close frame when the gateway stops. */
export const CLOSE_GRACE_MS = 1_000;

/** How often the end of the last connection is looked for meanwhile. */
export const CLOSE_POLL_MS = 5;

/** How often a stopping gateway looks whether the last request was answered. */
export const IDLE_POLL_MS = 10;

/** Departures that leave enough behind to be worth a collection, which costs the next request a millisecond. */
export const CROWD_SIZE = 64;

/** Time without a departure after which a crowd counts as gone, and a start as over. */
export const CROWD_GONE_MS = 1_000;

/** Processor time in that time below which nobody is being served; an idle gateway needs a few ms. */
export const CALM_CPU_MS = 50;

/** Time turns have to end at a shutdown; those that do not are taken up at the next start. Within the budget above. */
export const AGENT_DRAIN_MS = 10_000;

/** Time something that arrives between two gateways waits for the next one: longer than a drain and a start take. */
export const NEXT_GATEWAY_PATIENCE_MS = 20_000;

/** The same for a client that wants to connect, while the gateway before still drains: it is told when to come again then. */
export const NEXT_GATEWAY_UPGRADE_PATIENCE_MS = 4_000;

/** Requests that wait for the next gateway; more would be held in memory for nobody. */
export const MAX_WAITING_FOR_NEXT = 1_024;

/** Silence after which an HTTP connection is closed; routes whose answers take longer lift it. */
export const HTTP_IDLE_TIMEOUT_S = 10;
