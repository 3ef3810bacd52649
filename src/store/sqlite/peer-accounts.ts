import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { APPLICATION_ID } from "./identity.ts";
import { columnsOf, openPeerCopy } from "./peer-copy.ts";

/** Somebody who was let in to the direct chats of an account. */
export interface PeerAllowed {
  readonly channel: string;
  readonly accountId: string;
  readonly entry: string;
}

/** What another OpenClaw keeps of accounts in one of its databases; parts that it does not have are empty. */
export interface PeerAccounts {
  /** Stores of model credentials, as JSON gave them. */
  readonly authStores: readonly unknown[];
  readonly allowed: readonly PeerAllowed[];
}

const MAGIC = "SQLite format 3\0";

/** Where SQLite keeps the id of the program a file belongs to. */
const APPLICATION_ID_OFFSET = 68;

/** Where page 1 says how many entries the schema has; 0 for a file that somebody began and never used. */
const SCHEMA_CELLS_OFFSET = 103;

const HEADER_BYTES = 105;

/** True for a SQLite database in use that this program did not make; nothing is opened for it, and nothing changes. */
export function isPeerDatabase(path: string): boolean {
  if (!existsSync(path)) return false;
  const header = Buffer.alloc(HEADER_BYTES);
  const fd = openSync(path, "r");
  try {
    if (readSync(fd, header, 0, HEADER_BYTES, 0) < HEADER_BYTES) return false;
  } finally {
    closeSync(fd);
  }
  const isSqlite = header.toString("latin1", 0, MAGIC.length) === MAGIC;
  const isUsed = header.readUInt16BE(SCHEMA_CELLS_OFFSET) > 0;
  return isSqlite && isUsed && header.readUInt32BE(APPLICATION_ID_OFFSET) !== APPLICATION_ID;
}

/** Reads the accounts in the database at `path` from a copy below `tmpDir`. @throws Error for what is no database, or damaged */
export function readPeerAccounts(path: string, tmpDir: string): PeerAccounts {
  using copy = openPeerCopy(path, tmpDir);
  const { db } = copy;
  const has = (table: string, ...columns: string[]) => {
    const present = columnsOf(db, table);
    return columns.every((column) => present.has(column));
  };
  const stores = has("auth_profile_store", "store_json")
    ? db
        .query<{ store_json: string }, []>("SELECT store_json FROM auth_profile_store ORDER BY store_key")
        .all()
    : [];
  const allowed = has("channel_pairing_allow_entries", "channel_key", "account_id", "entry", "sort_order")
    ? db
        .query<PeerAllowed, []>(
          `SELECT channel_key AS channel, account_id AS accountId, entry FROM channel_pairing_allow_entries
           ORDER BY channel_key, account_id, sort_order`,
        )
        .all()
    : [];
  return { authStores: stores.map(({ store_json: text }): unknown => JSON.parse(text)), allowed };
}
