declare const brand: unique symbol;

/** A string that was checked to be an id of one kind, so that two kinds cannot be mixed up. */
export type Branded<Kind extends string> = string & { readonly [brand]: Kind };

/** One WebSocket connection of this process. */
export type ConnId = Branded<"ConnId">;

/** Lowercase hex SHA-256 of a device's raw Ed25519 public key. */
export type DeviceId = Branded<"DeviceId">;

/** A node is known by the id of its device. */
export type NodeId = DeviceId;

/** A pairing, approval or invocation request. */
export type RequestId = Branded<"RequestId">;

/** Canonical `agent:<agentId>:<key>` form. */
export type SessionKey = Branded<"SessionKey">;

/** One agent run; equals the caller's idempotency key. */
export type RunId = Branded<"RunId">;
