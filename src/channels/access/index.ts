export type * from "./gate.ts";
export { AccessGate, type AccessGateDeps } from "./access-gate.ts";
export { CommandOwner, type OwnerClaim, ownerEntry } from "./command-owner.ts";
export { MAX_PENDING_PER_ACCOUNT, PAIRING_TTL_MS } from "./limits.ts";
export { type Approved, Pairing, type PairingDeps, type PendingRequest, type RequestRef } from "./pairing.ts";
export { PAIRING_APPROVED_TEXT } from "./pairing-notice.ts";
export { accountFindings, commonFindings } from "./findings.ts";
export { type PairingAccount, pairingAccounts } from "./pairing-accounts.ts";
