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
export type {
  ChannelArrival,
  ChannelCreds,
  ChannelKeyRepository,
  KeyChange,
  KeyCommit,
  KeyOwner,
  KeptLink,
  StoredArrival,
} from "./channel-keys.ts";
export type { ChannelPairingRepository, ChannelPairingRequest } from "./channel-pairing.ts";
export { StoreError, type StoreErrorCode } from "./errors.ts";
export type { Claim, IdempotencyRepository, Outcome } from "./idempotency.ts";
export type {
  ArrivedEvent,
  InboxCursor,
  InboxQuery,
  InboxRepository,
  InboxRow,
  InboxState,
} from "./inbox.ts";
export type { DeliveryState, NewDelivery, OutboxQuery, OutboxRepository, OutboxRow } from "./outbox.ts";
export type { Repositories, Store, StoreRecovery, StoreStatus } from "./interfaces.ts";
export { kvKey, kvString, type KvKey, type KvRepository } from "./kv.ts";
export { checkStoreCopy, copyStore, knownSchemaVersion, type StoreCopy } from "./sqlite/copy.ts";
export { readLinks, type StoredLink } from "./sqlite/links.ts";
export { inspectStore, type StoreFinding, type StrandedMessages } from "./sqlite/inspect.ts";
export {
  isPeerDatabase,
  type PeerAccounts,
  type PeerAllowed,
  readPeerAccounts,
} from "./sqlite/peer-accounts.ts";
export {
  openPeerDatabase,
  type PeerDatabase,
  PeerDatabaseError,
  type PeerSession,
} from "./sqlite/peer-database.ts";
export { readableSessionEntry } from "./sqlite/repositories/session-rows.ts";
export { openStoreReader, type StoreReader } from "./sqlite/reader.ts";
export { type OpeningStep, openStore, type OpenStoreOptions } from "./sqlite/open.ts";
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
export type { AuthProfile, AuthProfileRepository, AuthProfileState } from "./auth-profiles.ts";
export type { AcceptedRun, RunClaim, RunPhase, RunRepository, SettledRun, UnsettledRun } from "./runs.ts";
export type {
  ChatType,
  QueueDrop,
  QueueMode,
  SessionActor,
  SessionEntry,
  SessionEntryPatch,
  SessionQuery,
  SessionRecord,
  SessionRepository,
  SessionRoute,
} from "./sessions.ts";
export type {
  Adopted,
  Appended,
  AppendRequest,
  ForeignTranscript,
  MessageGroup,
  ReadRange,
  StoredEvent,
  TranscriptEvent,
  TranscriptFacts,
  TranscriptHit,
  TranscriptRepository,
  UsageGroup,
  UsageQuery,
  UsageRecord,
  UsageRepository,
  UsageSum,
} from "./transcripts.ts";
