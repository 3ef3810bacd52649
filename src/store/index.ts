export {
  type ApprovedVia,
  type CheckIn,
  type DeviceRepository,
  type DeviceRole,
  type DeviceToken,
  type DirectGrant,
  effectiveRoles,
  type FiledRequest,
  type PairedDevice,
  type PairingAsk,
  type PairingRequest,
  type SetupAccess,
  type SetupCode,
  type SetupCompletion,
  type TokenIssuer,
} from "./devices.ts";
export { StoreError, type StoreErrorCode } from "./errors.ts";
export type { Claim, IdempotencyRepository, Outcome } from "./idempotency.ts";
export type { Repositories, Store, StoreRecovery, StoreStatus } from "./interfaces.ts";
export { kvKey, kvString, type KvKey, type KvRepository } from "./kv.ts";
export { openStore, type OpenStoreOptions } from "./sqlite/open.ts";
