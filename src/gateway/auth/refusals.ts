import { type ClientIdentity, MAX_CLOSE_REASON_BYTES, ProtocolError } from "../../protocol/index.ts";
import type { ProofFailure } from "./devices/proof.ts";
import type { ProxyFailure } from "./peer/index.ts";

/** Why a credential was not good enough; goes out as `details.authReason`. */
export type AuthReason =
  | "token_missing"
  | "token_mismatch"
  | "token_missing_config"
  | "password_missing"
  | "password_mismatch"
  | "password_missing_config"
  | "bootstrap_token_invalid"
  | "device_token_mismatch"
  | "scope_mismatch"
  | "rate_limited"
  | "proxy_attribution_required"
  | "tailscale_user_missing"
  | "tailscale_whois_failed"
  | "tailscale_user_mismatch"
  | "gateway_auth_required"
  | ProxyFailure;

export interface CloseFrame {
  readonly code: number;
  readonly reason: string;
}

/** A connect that is refused: the answer, the close frame, and how long to hold both back. */
export interface Refusal {
  readonly ok: false;
  readonly error: ProtocolError;
  readonly close: CloseFrame;
  readonly delayMs?: number | undefined;
}

/** Refuses with `error`; the close reason is `reason` or the message, cut to what a close frame can hold. */
export function refusal(error: ProtocolError, options: { code?: number; reason?: string } = {}): Refusal {
  const { code = 1008, reason = error.message } = options;
  return { ok: false, error, close: { code, reason: truncateCloseReason(reason) } };
}

/** Cuts a text to 123 bytes of UTF-8, never inside a character. */
export function truncateCloseReason(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_CLOSE_REASON_BYTES) return text;
  let end = MAX_CLOSE_REASON_BYTES;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString("utf8", 0, end);
}

type NextStep =
  | "retry_with_device_token"
  | "update_auth_configuration"
  | "update_auth_credentials"
  | "wait_then_retry"
  | "review_auth_configuration";

interface AuthRow {
  readonly code: string;
  readonly nextStep: NextStep;
  readonly message: (hints: Hints) => string;
}

interface Hints {
  readonly token: string;
  readonly tokenMissing: string;
  readonly password: string;
}

const AUTH_FAILURES: Readonly<Record<Exclude<AuthReason, ProxyFailure>, AuthRow>> = {
  token_missing: {
    code: "AUTH_TOKEN_MISSING",
    nextStep: "update_auth_configuration",
    message: (hints) => `unauthorized: gateway token missing (${hints.tokenMissing})`,
  },
  token_mismatch: {
    code: "AUTH_TOKEN_MISMATCH",
    nextStep: "update_auth_credentials",
    message: (hints) => `unauthorized: gateway token mismatch (${hints.token})`,
  },
  token_missing_config: {
    code: "AUTH_TOKEN_NOT_CONFIGURED",
    nextStep: "update_auth_configuration",
    message: () => "unauthorized: gateway token not configured on gateway (set gateway.auth.token)",
  },
  password_missing: {
    code: "AUTH_PASSWORD_MISSING",
    nextStep: "update_auth_configuration",
    message: (hints) => `unauthorized: gateway password missing (${hints.password})`,
  },
  password_mismatch: {
    code: "AUTH_PASSWORD_MISMATCH",
    nextStep: "update_auth_credentials",
    message: (hints) => `unauthorized: gateway password mismatch (${hints.password})`,
  },
  password_missing_config: {
    code: "AUTH_PASSWORD_NOT_CONFIGURED",
    nextStep: "update_auth_configuration",
    message: () => "unauthorized: gateway password not configured on gateway (set gateway.auth.password)",
  },
  bootstrap_token_invalid: {
    code: "AUTH_BOOTSTRAP_TOKEN_INVALID",
    nextStep: "review_auth_configuration",
    message: () =>
      "unauthorized: setup code invalid, expired, revoked, or already used " +
      "(create a new code; review `openclaw devices list`)",
  },
  device_token_mismatch: {
    code: "AUTH_DEVICE_TOKEN_MISMATCH",
    nextStep: "update_auth_credentials",
    message: () => "unauthorized: device token mismatch (rotate/reissue device token)",
  },
  scope_mismatch: {
    code: "AUTH_SCOPE_MISMATCH",
    nextStep: "review_auth_configuration",
    message: () => "unauthorized: device token scope mismatch (re-pair or approve scope upgrade)",
  },
  rate_limited: {
    code: "AUTH_RATE_LIMITED",
    nextStep: "wait_then_retry",
    message: () => "unauthorized: too many failed authentication attempts (retry later)",
  },
  proxy_attribution_required: {
    code: "AUTH_UNAUTHORIZED",
    nextStep: "review_auth_configuration",
    message: () =>
      "unauthorized: the proxy does not say who its client is " +
      "(list it in gateway.trustedProxies and have it overwrite X-Forwarded-For)",
  },
  tailscale_user_missing: {
    code: "AUTH_TAILSCALE_IDENTITY_MISSING",
    nextStep: "review_auth_configuration",
    message: () =>
      "unauthorized: tailscale identity missing (use Tailscale Serve auth or gateway token/password)",
  },
  tailscale_whois_failed: {
    code: "AUTH_TAILSCALE_WHOIS_FAILED",
    nextStep: "review_auth_configuration",
    message: () =>
      "unauthorized: tailscale identity check failed (use Tailscale Serve auth or gateway token/password)",
  },
  tailscale_user_mismatch: {
    code: "AUTH_TAILSCALE_IDENTITY_MISMATCH",
    nextStep: "review_auth_configuration",
    message: () =>
      "unauthorized: tailscale identity mismatch (use Tailscale Serve auth or gateway token/password)",
  },
  gateway_auth_required: {
    code: "AUTH_UNAUTHORIZED",
    nextStep: "review_auth_configuration",
    message: () => "unauthorized",
  },
};

/** Facts that shape the answer to a bad credential. */
export interface AuthFailureFacts {
  readonly reason: AuthReason;
  readonly client: Pick<ClientIdentity, "id" | "mode">;
  readonly directLocal: boolean;
  /** The device could try the token it was issued. */
  readonly canRetryWithDeviceToken: boolean;
  readonly retryAfterMs?: number | undefined;
}

/** Refuses a credential. */
export function refuseAuth(facts: AuthFailureFacts): Refusal {
  const { reason, canRetryWithDeviceToken } = facts;
  const row = authRow(reason);
  const error = new ProtocolError("INVALID_REQUEST", row.message(hintsFor(facts)), {
    details: {
      code: row.code,
      authReason: reason,
      canRetryWithDeviceToken,
      recommendedNextStep: canRetryWithDeviceToken ? "retry_with_device_token" : row.nextStep,
    },
    ...(reason === "rate_limited" && { retryable: true, retryAfterMs: facts.retryAfterMs ?? 0 }),
  });
  return refusal(error);
}

function authRow(reason: AuthReason): AuthRow {
  if (isProxyReason(reason)) {
    return {
      code: reason.startsWith("trusted_proxy_missing_header_")
        ? "AUTH_IDENTITY_HEADER_REQUIRED"
        : "AUTH_UNAUTHORIZED",
      nextStep: "review_auth_configuration",
      message: () => "unauthorized",
    };
  }
  return AUTH_FAILURES[reason];
}

function isProxyReason(reason: AuthReason): reason is ProxyFailure {
  return reason.startsWith("trusted_proxy_");
}

/** What a person can do about it depends on which program they sit at. */
function hintsFor({ client, directLocal }: AuthFailureFacts): Hints {
  if (client.mode === "cli") {
    const token = directLocal
      ? "use this gateway's gateway.auth.token or pair the device"
      : "set gateway.remote.token to match gateway.auth.token";
    const password = directLocal
      ? "use this gateway's gateway.auth.password"
      : "set gateway.remote.password to match gateway.auth.password";
    return { token, tokenMissing: token, password };
  }
  if (isOperatorUi(client) || client.mode === "webchat" || client.id === "webchat-ui") {
    return {
      token: "open the dashboard URL and paste the token in Control UI settings",
      tokenMissing:
        "paste the token in Control UI settings; `openclaw config get gateway.auth` shows where it is kept",
      password: "enter the password in Control UI settings",
    };
  }
  const token = "provide gateway auth token";
  return { token, tokenMissing: token, password: "provide gateway auth password" };
}

/** True for the operator programs with a screen of their own. */
export function isOperatorUi(client: Pick<ClientIdentity, "id">): boolean {
  return (
    client.id === "openclaw-control-ui" ||
    client.id === "openclaw-browser-copilot" ||
    client.id === "openclaw-tui"
  );
}

const PROOF_FAILURES: Readonly<Record<ProofFailure, readonly [code: string, message: string]>> = {
  "device-id-mismatch": ["DEVICE_AUTH_DEVICE_ID_MISMATCH", "device identity mismatch"],
  "device-signature-stale": ["DEVICE_AUTH_SIGNATURE_EXPIRED", "device signature expired"],
  "device-nonce-missing": ["DEVICE_AUTH_NONCE_REQUIRED", "device nonce required"],
  "device-nonce-mismatch": ["DEVICE_AUTH_NONCE_MISMATCH", "device nonce mismatch"],
  "device-signature": ["DEVICE_AUTH_SIGNATURE_INVALID", "device signature invalid"],
};

/** Refuses a device that did not prove its key. */
export function refuseProof(reason: ProofFailure): Refusal {
  const [code, message] = PROOF_FAILURES[reason];
  return refusal(new ProtocolError("INVALID_REQUEST", message, { details: { code, reason } }));
}

/** Refuses a caller that needs a device identity and has none. */
export function refuseDeviceless(client: Pick<ClientIdentity, "id">): Refusal {
  if (isOperatorUi(client)) {
    return refusal(
      new ProtocolError(
        "INVALID_REQUEST",
        "control ui requires device identity (use HTTPS or localhost secure context)",
        { details: { code: "CONTROL_UI_DEVICE_IDENTITY_REQUIRED" } },
      ),
    );
  }
  return refusal(
    new ProtocolError("NOT_PAIRED", "device identity required", {
      details: { code: "DEVICE_IDENTITY_REQUIRED" },
    }),
  );
}

/** Refuses a page from elsewhere; `observed` tells the person what to allow. */
export function refuseOrigin(reason: string, observed: string | undefined): Refusal {
  return refusal(
    new ProtocolError(
      "INVALID_REQUEST",
      "origin not allowed (open the Control UI from the gateway host or allow it in gateway.controlUi.allowedOrigins)",
      {
        details: {
          code: "CONTROL_UI_ORIGIN_NOT_ALLOWED",
          reason,
          ...(observed !== undefined && { origin: observed, configKey: "gateway.controlUi.allowedOrigins" }),
        },
      },
    ),
  );
}

export type PairingReason = "not-paired" | "role-upgrade" | "scope-upgrade" | "metadata-upgrade";

const PAIRING: Readonly<Record<PairingReason, readonly [message: string, hint: string]>> = {
  "not-paired": [
    "pairing required: device is not approved yet",
    "Approve this device from the pending pairing requests.",
  ],
  "role-upgrade": [
    "pairing required: device is asking for a higher role than currently approved",
    "Review the requested role upgrade, then approve the pending request.",
  ],
  "scope-upgrade": [
    "pairing required: device is asking for more scopes than currently approved",
    "Review the requested scopes, then approve the pending upgrade.",
  ],
  "metadata-upgrade": [
    "pairing required: device identity changed and must be re-approved",
    "Review the refreshed device details, then approve the pending request.",
  ],
};

/** What a device is told that must be approved first. */
export interface PairingFacts {
  readonly reason: PairingReason;
  readonly requestId: string;
  readonly deviceId: string;
  readonly requestedRole: string;
  readonly requestedScopes: readonly string[];
  readonly approvedRoles: readonly string[];
  readonly approvedScopes: readonly string[];
  /** Waiting makes sense: somebody is about to approve. */
  readonly wait: boolean;
}

/** Refuses a device until its request is approved. */
export function refusePairing(facts: PairingFacts): Refusal {
  const [message, remediationHint] = PAIRING[facts.reason];
  const { requestId, deviceId, requestedRole, requestedScopes, approvedRoles, approvedScopes } = facts;
  const error = new ProtocolError("NOT_PAIRED", message, {
    details: {
      code: "PAIRING_REQUIRED",
      reason: facts.reason,
      requestId,
      remediationHint,
      command: `openclaw devices approve ${requestId}`,
      ...(facts.wait && { recommendedNextStep: "wait_then_retry", retryable: true, pauseReconnect: false }),
      deviceId,
      requestedRole,
      ...(requestedScopes.length > 0 && { requestedScopes: [...requestedScopes] }),
      ...(approvedRoles.length > 0 && { approvedRoles: [...approvedRoles] }),
      ...(approvedScopes.length > 0 && { approvedScopes: [...approvedScopes] }),
    },
  });
  return refusal(error, { reason: `${message} (requestId: ${requestId})` });
}
