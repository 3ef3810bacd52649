import type { Repositories } from "../../interfaces.ts";
import { SqliteChannelKeyRepository } from "./channels/keys.ts";
import { SqliteChannelPairingRepository } from "./channels/pairing.ts";
import { SqliteInboxRepository } from "./channels/inbox.ts";
import { SqliteOutboxRepository } from "./channels/outbox.ts";
import { SqliteDeviceRepository } from "./devices.ts";
import { SqliteIdempotencyRepository } from "./idempotency.ts";
import { SqliteKvRepository } from "./kv.ts";
import { SqliteNodeQueueRepository } from "./node-queues.ts";
import { SqliteNodeRepository } from "./nodes.ts";
import type { RepositoryDeps } from "./deps.ts";
import { SqliteAuthProfileRepository } from "./auth-profiles.ts";
import { SqliteRunRepository } from "./runs.ts";
import { SqliteSessionRepository } from "./sessions.ts";
import { SqliteTranscriptRepository } from "./transcripts.ts";
import { SqliteUsageRepository } from "./usage.ts";

/** The one place where repositories are made; a new one is a line here and in `interfaces.ts`. */
export function repositories(deps: RepositoryDeps): Repositories {
  return {
    kv: new SqliteKvRepository(deps),
    idempotency: new SqliteIdempotencyRepository(deps),
    devices: new SqliteDeviceRepository(deps),
    nodes: new SqliteNodeRepository(deps),
    nodeQueues: new SqliteNodeQueueRepository(deps),
    sessions: new SqliteSessionRepository(deps),
    transcripts: new SqliteTranscriptRepository(deps),
    usage: new SqliteUsageRepository(deps),
    runs: new SqliteRunRepository(deps),
    authProfiles: new SqliteAuthProfileRepository(deps),
    inbox: new SqliteInboxRepository(deps),
    outbox: new SqliteOutboxRepository(deps),
    channelPairing: new SqliteChannelPairingRepository(deps),
    channelKeys: new SqliteChannelKeyRepository(deps),
  };
}
