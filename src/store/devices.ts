/** The two kinds of connection a device can be approved for. */
export type DeviceRole = "operator" | "node";

/** How a device came to be approved. */
export type ApprovedVia = "owner" | "silent" | "bootstrap" | "trusted-proxy" | "trusted-cidr";

/** What a setup code hands over: a node and a full operator, a node and an operator without admin, or a node alone. */
export type SetupAccess = "full" | "limited" | "node";

/** What a device says about itself; shown to the person who approves it. */
export interface DeviceDescription {
  readonly displayName?: string | undefined;
  readonly platform?: string | undefined;
  readonly deviceFamily?: string | undefined;
  readonly clientId?: string | undefined;
  readonly clientMode?: string | undefined;
  readonly remoteIp?: string | undefined;
}

/** A device waiting for a decision. What it asks for never changes under one `requestId`. */
export interface PairingRequest extends DeviceDescription {
  readonly requestId: string;
  readonly deviceId: string;
  /** Raw Ed25519 key, base64url without padding. */
  readonly publicKey: string;
  /** The role of the connection that asked last. */
  readonly role: DeviceRole;
  readonly roles: readonly DeviceRole[];
  readonly scopes: readonly string[];
  readonly silent: boolean;
  /** True when the device is already known and asks for something it does not have. */
  readonly isRepair: boolean;
  /** Epoch ms. */
  readonly ts: number;
  /** Epoch ms after which the request no longer exists. */
  readonly expiresAtMs: number;
}

/** The credential of one device for one role. */
export interface DeviceToken {
  readonly role: DeviceRole;
  readonly token: string;
  readonly scopes: readonly string[];
  readonly createdAtMs: number;
  readonly rotatedAtMs?: number | undefined;
  readonly lastUsedAtMs?: number | undefined;
  /** Set once and for all: a revoked token is replaced by a new approval, never revived. */
  readonly revokedAtMs?: number | undefined;
}

/** An approved device. */
export interface PairedDevice extends DeviceDescription {
  readonly deviceId: string;
  readonly publicKey: string;
  /** The name its owner gave it. */
  readonly operatorLabel?: string | undefined;
  readonly role: DeviceRole;
  readonly roles: readonly DeviceRole[];
  readonly scopes: readonly string[];
  readonly approvedVia: ApprovedVia;
  readonly createdAtMs: number;
  readonly approvedAtMs: number;
  readonly lastSeenAtMs?: number | undefined;
  readonly lastSeenReason?: string | undefined;
  readonly tokens: readonly DeviceToken[];
}

/** What a device asks for when it files a request. */
export interface PairingAsk extends DeviceDescription {
  /** The id a new request will have; unused when a pending one already covers the ask. */
  readonly requestId: string;
  readonly deviceId: string;
  readonly publicKey: string;
  readonly role: DeviceRole;
  readonly scopes: readonly string[];
  /** How long a new request lives. */
  readonly ttlMs: number;
  /** Most requests that may wait at once; the oldest give way. */
  readonly maxPending: number;
}

/** What became of an ask: the request that stands now, and those it replaced. */
export interface FiledRequest {
  readonly request: PairingRequest;
  readonly created: boolean;
  readonly superseded: readonly PairingRequest[];
}

/** An approval that no request waited for. */
export interface DirectGrant extends DeviceDescription {
  readonly deviceId: string;
  readonly publicKey: string;
  readonly role: DeviceRole;
  readonly roles: readonly DeviceRole[];
  readonly scopes: readonly string[];
  readonly approvedVia: ApprovedVia;
  /** False for identities that never get a device token. */
  readonly issueTokens: boolean;
}

/** A connection of an approved device, noted down. */
export interface CheckIn {
  readonly deviceId: string;
  readonly role: DeviceRole;
  /** Scopes the returned token must cover; it is replaced when it does not. */
  readonly scopes: readonly string[];
  /** False for identities that never get a device token. */
  readonly issueToken: boolean;
  /** True when the device token itself was the credential. */
  readonly usedToken: boolean;
  readonly displayName?: string | undefined;
  readonly remoteIp?: string | undefined;
  /** Replaces the pinned platform, for an operating system that was updated. */
  readonly platform?: string | undefined;
}

/** A setup code as it is kept: only the hash of its secret. */
export interface SetupCode {
  readonly setupId: string;
  /** Lower-case hex SHA-256 of the bootstrap token. */
  readonly tokenHash: string;
  readonly access: SetupAccess;
  readonly expiresAtMs: number;
}

/** The one use of a setup code. */
export interface SetupCompletion {
  readonly setupId: string;
  readonly deviceId: string;
  readonly deviceName?: string | undefined;
  readonly access: SetupAccess;
  /** Epoch ms. */
  readonly ts: number;
}

/** The rules of tokens, which the store applies inside an act but does not make. */
export interface TokenIssuer {
  /** A new bearer token. */
  mint(): string;
  /** True when a token holding `held` may do all that `wanted` names. */
  covers(held: readonly string[], wanted: readonly string[]): boolean;
}

/**
 * Devices, their pending requests, tokens and setup codes. Every method is one atomic act. Nothing here decides whether
 * something may be done; that is the gateway's part.
 */
export interface DeviceRepository {
  /** Pending requests that have not expired, and approved devices, newest first. @throws StoreError */
  list(): Promise<{ pending: PairingRequest[]; paired: PairedDevice[] }>;
  /** @throws StoreError */
  find(deviceId: string): Promise<PairedDevice | undefined>;
  /** @throws StoreError */
  findRequest(requestId: string): Promise<PairingRequest | undefined>;
  /**
   * Files a request, or keeps the device's pending one when it already covers the ask (its description is refreshed).
   * A request that asks for more takes the pending one's place and carries its roles and scopes too. @throws StoreError
   */
  file(ask: PairingAsk): Promise<FiledRequest>;
  /** Approves a pending request: device, roles, scopes and tokens at once; undefined when it is gone. @throws StoreError */
  approve(requestId: string, via: ApprovedVia, issuer: TokenIssuer): Promise<PairedDevice | undefined>;
  /** Drops a pending request and returns it; undefined when it is gone. @throws StoreError */
  reject(requestId: string): Promise<PairingRequest | undefined>;
  /** Approves without a request; pending requests that ask for no more are dropped and returned. @throws StoreError */
  grant(
    grant: DirectGrant,
    issuer: TokenIssuer,
  ): Promise<{ device: PairedDevice; settled: PairingRequest[] }>;
  /** Forgets a device with its tokens and requests; undefined when unknown. @throws StoreError */
  remove(deviceId: string): Promise<{ requestIds: string[] } | undefined>;
  /** Sets the owner's name for a device; false when unknown. @throws StoreError */
  rename(deviceId: string, label: string): Promise<boolean>;
  /**
   * Notes a connection (to the second) and returns the role's token, issuing or widening it when needed; undefined when the device is
   * unknown, the role was revoked or no token is wanted. @throws StoreError
   */
  checkIn(visit: CheckIn, issuer: TokenIssuer): Promise<DeviceToken | undefined>;
  /** Replaces a live token; undefined when there is none. @throws StoreError */
  rotate(
    deviceId: string,
    role: DeviceRole,
    token: string,
    scopes?: readonly string[],
  ): Promise<DeviceToken | undefined>;
  /** Revokes a role's token for good; a second revocation keeps the first time; undefined when unknown. @throws StoreError */
  revoke(deviceId: string, role: DeviceRole): Promise<DeviceToken | undefined>;
  /** Stores a setup code, and forgets those that expired before `forgetBefore` (epoch ms). @throws StoreError */
  addSetupCode(code: SetupCode, forgetBefore: number): Promise<void>;
  /**
   * The unused, unexpired code of this hash; from then on it belongs to `deviceId` alone. Undefined when there is none,
   * or another device came first. @throws StoreError
   */
  claimSetupCode(tokenHash: string, deviceId: string): Promise<SetupCode | undefined>;
  /** Uses a code up and approves the device by it, in one act; undefined when the code is no longer good. @throws StoreError */
  redeemSetupCode(
    tokenHash: string,
    grant: DirectGrant,
    issuer: TokenIssuer,
  ): Promise<{ device: PairedDevice; completion: SetupCompletion } | undefined>;
  /** Who used a code; undefined while nobody has. @throws StoreError */
  setupCompletion(setupId: string): Promise<SetupCompletion | undefined>;
}

/** Roles a device may connect with now: approved ones whose token was not revoked. */
export function effectiveRoles(device: PairedDevice): DeviceRole[] {
  return device.roles.filter(
    (role) => device.tokens.find((token) => token.role === role)?.revokedAtMs === undefined,
  );
}
