export type { Acceptance, ConnectDecision } from "./connect.ts";
export { type ProofSubject, proofPayloadV2, proofPayloadV3 } from "./devices/proof.ts";
export { GatewayAuth, type GatewayAuthDeps } from "./gateway-auth.ts";
export type { HookGate } from "./hook-gate.ts";
export type { HttpOperator, HttpRefusal } from "./http.ts";
export { type Invalidation, type InvalidationListener, isInvalidated } from "./invalidation.ts";
export {
  MAX_PENDING_REQUESTS,
  PAIRING_REQUEST_TTL_MS,
  SETUP_CODE_TTL_MS,
  SETUP_STATUS_KEPT_MS,
} from "./limits.ts";
export { type EventPublisher, PairingNotices, pendingView } from "./notices.ts";
export { tokenIssuer } from "./devices/pairing.ts";
export {
  type Attribution,
  canonicalOrigin,
  type Ingress,
  isDirectLocal,
  isLoopback,
  type PeerFacts,
  plainAddress,
  type RunProgram,
  type TailnetIdentity,
  TailscaleWhois,
  type Whois,
} from "./peer/index.ts";
export {
  type AuthMethod,
  type AuthMode,
  type AuthPolicy,
  DEFAULT_POLICY,
  type RateLimitPolicy,
  type TrustedProxyPolicy,
} from "./policy.ts";
export { type CloseFrame, type Refusal, truncateCloseReason } from "./refusals.ts";
export { ScopeUpgrades, type UpgradeOutcome } from "./devices/scope-upgrades.ts";
export { secretHash } from "./secrets.ts";
export {
  encodeSetupCode,
  SETUP_GRANTS,
  type SetupUrl,
  setupUrl,
  type SetupUrlFacts,
} from "./devices/setup-codes.ts";
