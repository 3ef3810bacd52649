import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { systemClock } from "../../lib/clock.ts";
import type { AuthProfileRepository } from "../auth-profiles.ts";
import { StoreError } from "../errors.ts";
import type { KvRepository } from "../kv.ts";
import type { SessionRepository } from "../sessions.ts";
import type { TranscriptRepository } from "../transcripts.ts";
import { storeError } from "./errors.ts";
import { refuseForeign } from "./identity.ts";
import { newestVersion, refuseNewer, schemaVersion } from "./migrate.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import { SqliteAuthProfileRepository } from "./repositories/auth-profiles.ts";
import { SqliteKvRepository } from "./repositories/kv.ts";
import { SqliteSessionRepository } from "./repositories/sessions.ts";
import { SqliteTranscriptRepository } from "./repositories/transcripts.ts";

/** The conversations of a store and the credentials of its models, to be read. */
export interface StoreReader extends Disposable {
  readonly authProfiles: Pick<AuthProfileRepository, "list" | "get" | "states">;
  readonly kv: Pick<KvRepository, "get">;
  readonly sessions: Pick<SessionRepository, "get" | "bySessionId">;
  readonly transcripts: Pick<TranscriptRepository, "about" | "read" | "lives">;
}

/**
 * Opens a store for reading beside the gateway that may be using it: the journal keeps readers and the writer apart, and a
 * connection that cannot write can disturb neither the file nor its owner. @throws StoreError
 */
export function openStoreReader(path: string): StoreReader {
  if (!existsSync(path)) {
    throw new StoreError("cannot-open", `There is no state database at ${path}: nothing was said here yet.`);
  }
  let db: Database | undefined;
  try {
    db = new Database(path, { readonly: true, strict: true });
    refuseForeign(db);
    refuseNewer(db, MIGRATIONS);
    refuseOlder(db);
  } catch (error) {
    db?.close();
    throw storeError(error, path);
  }
  const opened = db;
  const deps = { db: opened, clock: systemClock };
  return {
    authProfiles: new SqliteAuthProfileRepository(deps),
    kv: new SqliteKvRepository(deps),
    sessions: new SqliteSessionRepository(deps),
    transcripts: new SqliteTranscriptRepository(deps),
    [Symbol.dispose]: () => opened.close(),
  };
}

/** Who may not write cannot bring it up to date either. */
function refuseOlder(db: Database): void {
  const found = schemaVersion(db);
  if (found === newestVersion(MIGRATIONS)) return;
  throw new StoreError(
    "failed",
    `The state database ${db.filename} was written by an older version of this program. ` +
      `The next start of the gateway brings it up to date: openclaw gateway run`,
  );
}
