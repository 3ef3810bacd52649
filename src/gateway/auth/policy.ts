/** How callers prove who they are. */
export type AuthMode = "none" | "token" | "password" | "trusted-proxy";

/** What happened: how one connection proved itself. */
export type AuthMethod =
  "none" | "token" | "password" | "trusted-proxy" | "tailscale" | "device-token" | "bootstrap-token";

/** Identity headers set by a reverse proxy. */
export interface TrustedProxyPolicy {
  /** Header that carries the authenticated user. */
  readonly userHeader: string;
  /** Headers that must be present and not blank. */
  readonly requiredHeaders: readonly string[];
  /** Users let in; empty lets in everyone the proxy authenticated. */
  readonly allowUsers: readonly string[];
  /** Also trust a proxy on this host; any local process can then pose as it. */
  readonly allowLoopback: boolean;
  readonly deviceAutoApprove: {
    readonly enabled: boolean;
    /** Most a device gets without being asked about; undefined means the built-in list. */
    readonly scopes: readonly string[] | undefined;
  };
}

/** When failed attempts lock a caller out. */
export interface RateLimitPolicy {
  readonly maxAttempts: number;
  readonly windowMs: number;
  readonly lockoutMs: number;
  /** Local callers without an Origin are slowed down instead of locked out. */
  readonly exemptLoopback: boolean;
}

/** Everything the connect decision depends on, as plain data; the composition root derives it from the config. */
export interface AuthPolicy {
  readonly mode: AuthMode;
  readonly token: string | undefined;
  readonly password: string | undefined;
  /** Accept identities that Tailscale Serve vouches for, on the managed listener only. */
  readonly allowTailscale: boolean;
  /** Addresses or CIDR ranges whose forwarding headers are believed. */
  readonly trustedProxies: readonly string[];
  /** Believe `X-Real-IP` of a trusted proxy that sends no `X-Forwarded-For`. */
  readonly allowRealIpFallback: boolean;
  readonly trustedProxy: TrustedProxyPolicy | undefined;
  /** Extra session scopes by verified identity; keys with an `@` match without regard to case. */
  readonly identityScopes: Readonly<Record<string, readonly string[]>>;
  readonly rateLimit: RateLimitPolicy;
  /** Origins a browser may connect from; `*` is any. */
  readonly allowedOrigins: readonly string[];
  /** Accept an Origin that equals the `Host` header, whatever it is. */
  readonly dangerouslyAllowHostHeaderOriginFallback: boolean;
  readonly pairing: {
    /** Approve devices of direct local connections without asking. */
    readonly autoApproveLocal: boolean;
    /** Approve fresh, scopeless nodes from these ranges without asking. */
    readonly autoApproveCidrs: readonly string[];
  };
}

/** The policy of a fresh gateway with a token; the base that tests and the composition root spread over. */
export const DEFAULT_POLICY: AuthPolicy = {
  mode: "token",
  token: undefined,
  password: undefined,
  allowTailscale: false,
  trustedProxies: [],
  allowRealIpFallback: false,
  trustedProxy: undefined,
  identityScopes: {},
  rateLimit: { maxAttempts: 10, windowMs: 60_000, lockoutMs: 300_000, exemptLoopback: true },
  allowedOrigins: [],
  dangerouslyAllowHostHeaderOriginFallback: false,
  pairing: { autoApproveLocal: true, autoApproveCidrs: [] },
};
