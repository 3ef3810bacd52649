import type { AuthProfileRepository } from "./auth-profiles.ts";
import type { ChannelKeyRepository } from "./channel-keys.ts";
import type { ChannelPairingRepository } from "./channel-pairing.ts";
import type { DeviceRepository } from "./devices.ts";
import type { IdempotencyRepository } from "./idempotency.ts";
import type { InboxRepository } from "./inbox.ts";
import type { KvRepository } from "./kv.ts";
import type { NodeQueueRepository, NodeRepository } from "./nodes.ts";
import type { OutboxRepository } from "./outbox.ts";
import type { RunRepository } from "./runs.ts";
import type { SessionRepository } from "./sessions.ts";
import type { TranscriptRepository, UsageRepository } from "./transcripts.ts";

/** The repositories of a store: one member for each; every method is one atomic act. */
export interface Repositories {
  readonly kv: KvRepository;
  readonly idempotency: IdempotencyRepository;
  readonly devices: DeviceRepository;
  readonly nodes: NodeRepository;
  readonly nodeQueues: NodeQueueRepository;
  readonly sessions: SessionRepository;
  readonly transcripts: TranscriptRepository;
  readonly usage: UsageRepository;
  readonly runs: RunRepository;
  readonly authProfiles: AuthProfileRepository;
  readonly inbox: InboxRepository;
  readonly outbox: OutboxRepository;
  readonly channelPairing: ChannelPairingRepository;
  readonly channelKeys: ChannelKeyRepository;
}

/** What was done about a damaged database when it was opened. */
export interface StoreRecovery {
  /** Epoch ms of the repair. */
  readonly at: number;
  /** What was found, for a person. */
  readonly reason: string;
  /** Where the damaged file was moved; it is never deleted. */
  readonly setAside: string;
  /** The backup that took its place; absent when the store began again empty. */
  readonly restoredFrom?: string;
}

/** How the store is, as observed: the last open and the last probe. */
export type StoreStatus =
  | { readonly state: "ok" }
  | { readonly state: "degraded"; readonly reason: string; readonly recovery?: StoreRecovery };

/** All durable state of one gateway. One process owns it at a time. */
export interface Store extends Repositories {
  /** The schema version in use. */
  readonly schemaVersion: number;
  /** Set while a repair of a damaged database has not been acknowledged; survives restarts. */
  readonly recovery: StoreRecovery | undefined;
  /** Forgets {@link recovery} once a person has seen it. @throws StoreError */
  acknowledgeRecovery(): Promise<void>;
  /** Writes one row to learn whether the store can be written now; never throws. */
  probe(): Promise<StoreStatus>;
  /** Reads every page and reports damage; slow on a large file. @throws StoreError `corrupt` */
  verify(): Promise<void>;
  /** Writes a consistent, verified copy to one new file (0600), while the store stays in use. @throws StoreError */
  backup(path: string): Promise<void>;
  /** {@link backup} to the place beside the store that a repair would restore from; returns the path. @throws StoreError */
  snapshot(): Promise<string>;
  /** Epoch ms of the newest {@link snapshot}; undefined when there is none. */
  snapshotAt(): number | undefined;
  /** Folds the journal into the file and closes it; safe to call twice. */
  close(): Promise<void>;
}
