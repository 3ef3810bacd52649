import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import type { ChannelCreds, KeyOwner } from "../channel-keys.ts";
import { refuseForeign } from "./identity.ts";
import { isPeerDatabase } from "./peer-accounts.ts";

/** The credentials of a linked account, as its channel wrote them down. */
export interface StoredLink extends KeyOwner, ChannelCreds {}

interface Row {
  readonly channel: string;
  readonly account_id: string;
  readonly value: string;
  readonly created_at: number;
  readonly updated_at: number;
}

/**
 * The linked accounts in a store, read beside whoever uses it; none for a store that cannot be read, of which other looks tell.
 * Changes nothing.
 */
export function readLinks(path: string): readonly StoredLink[] {
  if (!existsSync(path) || isPeerDatabase(path)) return [];
  let db: Database | undefined;
  try {
    db = new Database(path, { readonly: true, strict: true });
    refuseForeign(db);
    const rows = db
      .query<Row, []>("SELECT channel, account_id, value, created_at, updated_at FROM channel_creds")
      .all();
    return rows.map(({ channel, account_id, value, created_at, updated_at }) => ({
      channel,
      accountId: account_id,
      value,
      createdAt: created_at,
      updatedAt: updated_at,
    }));
  } catch {
    // Written by a version without links, or damaged.
    return [];
  } finally {
    db?.close();
  }
}
