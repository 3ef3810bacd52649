import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import type { StoreRecovery } from "../interfaces.ts";
import { storeError } from "./errors.ts";
import { foreignDatabase, refuseForeign } from "./identity.ts";
import { damage } from "./integrity.ts";
import { refuseNewer, schemaVersion } from "./migrate.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import { isPeerDatabase } from "./peer-accounts.ts";
import { describeRecovery, unacknowledgedRecovery } from "./recovery.ts";

/** Messages that nothing happens to until a person decides. */
export interface StrandedMessages {
  /** Came in and were given up. */
  readonly unanswered: number;
  /** Went out and may or may not have arrived. */
  readonly uncertain: number;
  /** Were given up on the way out. */
  readonly undelivered: number;
}

/** A store at rest, as found. */
export type StoreFinding =
  | { readonly state: "missing" }
  | {
      readonly state: "sound";
      readonly schemaVersion: number;
      /** A repair that nobody has acknowledged, and what to say about it. */
      readonly recovery?: StoreRecovery & { readonly text: string };
      readonly stranded: StrandedMessages;
    }
  /** `corrupt` can be repaired by opening it; everything else needs a person. */
  | { readonly state: "faulty"; readonly corrupt: boolean; readonly reason: string };

/** Reads every page of a store that no gateway uses, and changes nothing. The caller has made sure that none does. */
export function inspectStore(path: string): StoreFinding {
  if (!existsSync(path)) return { state: "missing" };
  let db: Database | undefined;
  try {
    // Even opening it for reading would touch the journals of its program.
    if (isPeerDatabase(path)) throw foreignDatabase(path);
    db = new Database(path, { readonly: true, strict: true });
    refuseForeign(db);
    const fault = damage(db);
    if (fault !== undefined) return { state: "faulty", corrupt: true, reason: `it is damaged: ${fault}` };
    refuseNewer(db, MIGRATIONS);
    // A file of version 0 is empty yet.
    const recovery = schemaVersion(db) === 0 ? undefined : unacknowledgedRecovery(db);
    return {
      state: "sound",
      schemaVersion: schemaVersion(db),
      ...(recovery !== undefined && { recovery: { ...recovery, text: describeRecovery(recovery) } }),
      stranded: strandedMessages(db),
    };
  } catch (error) {
    const { code, message } = storeError(error, path);
    return { state: "faulty", corrupt: code === "corrupt", reason: message };
  } finally {
    db?.close();
  }
}

function strandedMessages(db: Database): StrandedMessages {
  // Written by a version that had no channels yet.
  const hasQueues = db.query("SELECT 1 FROM sqlite_schema WHERE name = 'outbox'").get() !== null;
  if (!hasQueues) return { unanswered: 0, uncertain: 0, undelivered: 0 };
  const count = (table: string, state: string): number =>
    db.query<{ n: number }, []>(`SELECT count(*) AS n FROM ${table} WHERE state = '${state}'`).get()?.n ?? 0;
  return {
    unanswered: count("inbox", "dead"),
    uncertain: count("outbox", "unknown"),
    undelivered: count("outbox", "dead"),
  };
}
