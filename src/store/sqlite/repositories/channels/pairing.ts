import { Type } from "@sinclair/typebox";
import type { Database } from "bun:sqlite";
import type { Clock } from "../../../../lib/clock.ts";
import { fits } from "../../../../protocol/index.ts";
import type { ChannelPairingRepository, ChannelPairingRequest } from "../../../channel-pairing.ts";
import { StoreError } from "../../../errors.ts";
import { act, look } from "../../act.ts";
import type { RepositoryDeps } from "../deps.ts";

interface Row {
  readonly id: number;
  readonly channel: string;
  readonly account_id: string;
  readonly sender_id: string;
  readonly code: string;
  readonly created_at: number;
  readonly last_seen_at: number;
  readonly meta: string;
}

const Meta = Type.Record(Type.String(), Type.String());

const FORGET_EXPIRED =
  "DELETE FROM channel_pairing_requests WHERE channel = ? AND account_id = ? AND created_at <= ?";
const SEEN = `UPDATE channel_pairing_requests SET last_seen_at = $now, meta = $meta
  WHERE channel = $channel AND account_id = $accountId AND sender_id = $senderId RETURNING *`;
const COUNT = "SELECT count(*) AS n FROM channel_pairing_requests WHERE channel = ? AND account_id = ?";
const FILE = `INSERT INTO channel_pairing_requests
  (channel, account_id, sender_id, code, created_at, last_seen_at, meta)
  VALUES ($channel, $accountId, $senderId, $code, $now, $now, $meta) RETURNING *`;
const PENDING = `SELECT * FROM channel_pairing_requests WHERE created_at > $since
  AND ($channel IS NULL OR channel = $channel) AND ($accountId IS NULL OR account_id = $accountId) ORDER BY created_at, id`;
const TAKE = `DELETE FROM channel_pairing_requests WHERE id = (
  SELECT id FROM channel_pairing_requests WHERE channel = $channel AND code = $code AND created_at > $since
    AND ($accountId IS NULL OR account_id = $accountId) ORDER BY created_at, id LIMIT 1) RETURNING *`;
const ALLOW = `INSERT INTO channel_pairing_allow_entries (channel, account_id, sender_id) VALUES (?, ?, ?)
  ON CONFLICT DO NOTHING`;
const ALLOWED =
  "SELECT sender_id FROM channel_pairing_allow_entries WHERE channel = ? AND account_id = ? ORDER BY id";
const IS_ALLOWED =
  "SELECT 1 AS n FROM channel_pairing_allow_entries WHERE channel = ? AND account_id = ? AND sender_id = ?";
const DISALLOW =
  "DELETE FROM channel_pairing_allow_entries WHERE channel = ? AND account_id = ? AND sender_id = ?";

/** Strangers who ask to be let in, and those who were. What a person decided survives a power cut. */
export class SqliteChannelPairingRepository implements ChannelPairingRepository {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor({ db, clock }: RepositoryDeps) {
    this.#db = db;
    this.#clock = clock;
  }

  async file(
    ask: Omit<ChannelPairingRequest, "createdAt" | "lastSeenAt">,
    bounds: { readonly ttlMs: number; readonly maxPending: number },
  ): ReturnType<ChannelPairingRepository["file"]> {
    const { channel, accountId, senderId, code } = ask;
    const meta = JSON.stringify(ask.meta);
    return act(this.#db, () => {
      const now = this.#clock.now();
      this.#db.query(FORGET_EXPIRED).run(channel, accountId, now - bounds.ttlMs);
      const known = this.#one(SEEN, { channel, accountId, senderId, meta, now });
      if (known !== undefined) return { state: "known", request: known };
      const pending = this.#db.query<{ n: number }, [string, string]>(COUNT).get(channel, accountId)?.n ?? 0;
      if (pending >= bounds.maxPending) return { state: "full" };
      const request = this.#one(FILE, { channel, accountId, senderId, code, meta, now });
      if (request === undefined)
        throw new StoreError("failed", "A request was stored and did not come back.");
      return { state: "new", request };
    });
  }

  async pending(
    ttlMs: number,
    channel?: string,
    accountId?: string,
  ): Promise<readonly ChannelPairingRequest[]> {
    const since = this.#clock.now() - ttlMs;
    const values = { since, channel: channel ?? null, accountId: accountId ?? null };
    return look(this.#db, () =>
      this.#db.query<Row, Record<string, string | number | null>[]>(PENDING).all(values).map(requestOf),
    );
  }

  async approve(
    channel: string,
    code: string,
    ttlMs: number,
    accountId?: string,
  ): Promise<ChannelPairingRequest | undefined> {
    const letIn = () => {
      const since = this.#clock.now() - ttlMs;
      const request = this.#one(TAKE, { channel, code, since, accountId: accountId ?? null });
      if (request !== undefined) this.#db.query(ALLOW).run(channel, request.accountId, request.senderId);
      return request;
    };
    return act(this.#db, letIn, "power");
  }

  async dismiss(
    channel: string,
    code: string,
    accountId?: string,
  ): Promise<ChannelPairingRequest | undefined> {
    return act(this.#db, () => this.#one(TAKE, { channel, code, since: 0, accountId: accountId ?? null }));
  }

  async isAllowed(channel: string, accountId: string, senderId: string): Promise<boolean> {
    return look(this.#db, () => {
      const query = this.#db.query<{ n: number }, [string, string, string]>(IS_ALLOWED);
      return query.get(channel, accountId, senderId) !== null;
    });
  }

  async allowed(channel: string, accountId: string): Promise<readonly string[]> {
    return look(this.#db, () => {
      const query = this.#db.query<Pick<Row, "sender_id">, [string, string]>(ALLOWED);
      return query.all(channel, accountId).map(({ sender_id }) => sender_id);
    });
  }

  async allow(channel: string, accountId: string, senderId: string): Promise<void> {
    await act(this.#db, () => this.#db.query(ALLOW).run(channel, accountId, senderId), "power");
  }

  async disallow(channel: string, accountId: string, senderId: string): Promise<boolean> {
    const remove = () => this.#db.query(DISALLOW).run(channel, accountId, senderId).changes > 0;
    return act(this.#db, remove, "power");
  }

  #one(
    sql: string,
    values: Readonly<Record<string, string | number | null>>,
  ): ChannelPairingRequest | undefined {
    const row = this.#db.query<Row, Record<string, string | number | null>[]>(sql).get(values);
    return row === null ? undefined : requestOf(row);
  }
}

function requestOf(row: Row): ChannelPairingRequest {
  const meta: unknown = JSON.parse(row.meta);
  if (!fits(Meta, meta)) throw new StoreError("corrupt", "A stored pairing request cannot be read.");
  return {
    channel: row.channel,
    accountId: row.account_id,
    senderId: row.sender_id,
    code: row.code,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    meta,
  };
}
