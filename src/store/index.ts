export { StoreError, type StoreErrorCode } from "./errors.ts";
export type { Claim, IdempotencyRepository, Outcome } from "./idempotency.ts";
export type { Repositories, Store, StoreRecovery, StoreStatus } from "./interfaces.ts";
export { kvKey, kvString, type KvKey, type KvRepository } from "./kv.ts";
export { openStore, type OpenStoreOptions } from "./sqlite/open.ts";
export {
  covers,
  NodeHostStats,
  NodeIdentity,
  NodeSurface,
  type DeclareOutcome,
  type NodeAction,
  type NodeQueueRepository,
  type NodeRecord,
  type NodeRepository,
  type NodeWork,
  type PendingSurface,
} from "./nodes.ts";
