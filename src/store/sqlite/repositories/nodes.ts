import type { Database } from "bun:sqlite";
import type { Clock } from "../../../lib/clock.ts";
import {
  covers,
  sameSurface,
  type DeclareOutcome,
  type NodeDeclaration,
  type NodeHostStats,
  type NodeRecord,
  type NodeRepository,
  type PendingSurface,
} from "../../nodes.ts";
import { act, look } from "../act.ts";
import { nodeOf, pendingOf, type NodeRow, type PendingRow } from "./node-rows.ts";
import type { RepositoryDeps } from "./deps.ts";

const DECLARE = `INSERT INTO nodes (node_id, identity, created_at) VALUES (?, ?, ?)
  ON CONFLICT (node_id) DO UPDATE SET identity = excluded.identity`;
const FILE = `INSERT INTO node_pending_surfaces (request_id, node_id, identity, surface, silent, origin, ts)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;
const REFRESH = "UPDATE node_pending_surfaces SET identity = ?, silent = ?, ts = ? WHERE request_id = ?";
const APPROVE = `UPDATE nodes SET approved = ?, approved_at = ?, token_hash = coalesce(?, token_hash)
  WHERE node_id = ?`;

/** Nodes and the surfaces that wait for approval. */
export class SqliteNodeRepository implements NodeRepository {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor({ db, clock }: RepositoryDeps) {
    this.#db = db;
    this.#clock = clock;
  }

  async list(): Promise<NodeRecord[]> {
    const sql = "SELECT * FROM nodes ORDER BY approved_at DESC, node_id";
    return look(this.#db, () => this.#db.query<NodeRow, []>(sql).all().map(nodeOf));
  }

  async get(nodeId: string): Promise<NodeRecord | undefined> {
    return look(this.#db, () => this.#node(nodeId));
  }

  async listPending(): Promise<PendingSurface[]> {
    const sql = "SELECT * FROM node_pending_surfaces ORDER BY ts DESC, request_id";
    return look(this.#db, () => this.#db.query<PendingRow, []>(sql).all().map(pendingOf));
  }

  async getPending(requestId: string): Promise<PendingSurface | undefined> {
    return look(this.#db, () => this.#pendingById(requestId));
  }

  async declare(declared: NodeDeclaration): Promise<DeclareOutcome> {
    return act(this.#db, () => {
      const now = this.#clock.now();
      const identity = JSON.stringify(declared.identity);
      this.#db.query(DECLARE).run(declared.nodeId, identity, now);
      const node = this.#node(declared.nodeId);
      if (node === undefined) throw new Error("a row that was just written is gone");
      const waiting = this.#pendingOfNode(declared.nodeId);
      if (node.approved !== undefined && covers(node.approved, declared.surface)) {
        if (waiting !== undefined) this.#dropPending(waiting.requestId);
        return { node, created: false, ...(waiting !== undefined && { replaced: waiting }) };
      }
      if (waiting !== undefined && sameSurface(waiting.surface, declared.surface)) {
        const silent = waiting.silent && declared.silent;
        this.#db.query(REFRESH).run(identity, silent ? 1 : 0, now, waiting.requestId);
        const pending = { ...waiting, identity: declared.identity, silent, ts: now };
        return { node, pending, created: false };
      }
      if (waiting !== undefined) this.#dropPending(waiting.requestId);
      const { requestId, nodeId, surface, silent, origin } = declared;
      this.#db
        .query(FILE)
        .run(requestId, nodeId, identity, JSON.stringify(surface), silent ? 1 : 0, origin, now);
      const pending = { requestId, nodeId, identity: declared.identity, surface, silent, origin, ts: now };
      return { node, pending, created: true, ...(waiting !== undefined && { replaced: waiting }) };
    });
  }

  async approve(
    requestId: string,
    tokenHash?: string,
  ): Promise<{ node: NodeRecord; pending: PendingSurface } | undefined> {
    return act(this.#db, () => {
      const pending = this.#pendingById(requestId);
      if (pending === undefined) return undefined;
      const surface = JSON.stringify(pending.surface);
      this.#db.query(APPROVE).run(surface, this.#clock.now(), tokenHash ?? null, pending.nodeId);
      this.#dropPending(requestId);
      const node = this.#node(pending.nodeId);
      return node === undefined ? undefined : { node, pending };
    });
  }

  async reject(requestId: string): Promise<PendingSurface | undefined> {
    return act(this.#db, () => {
      const pending = this.#pendingById(requestId);
      if (pending !== undefined) this.#dropPending(requestId);
      return pending;
    });
  }

  async remove(nodeId: string): Promise<boolean> {
    return act(this.#db, () => {
      for (const table of ["node_pending_surfaces", "node_actions", "node_work"]) {
        this.#db.query(`DELETE FROM ${table} WHERE node_id = ?`).run(nodeId);
      }
      return this.#db.query("DELETE FROM nodes WHERE node_id = ?").run(nodeId).changes > 0;
    });
  }

  async rename(nodeId: string, label: string): Promise<boolean> {
    const sql = "UPDATE nodes SET label = ? WHERE node_id = ? AND approved IS NOT NULL";
    return act(this.#db, () => this.#db.query(sql).run(label, nodeId).changes > 0);
  }

  async recordConnected(nodeId: string): Promise<void> {
    const sql = `UPDATE nodes SET last_connected_at = ?1, last_seen_at = ?1, last_seen_reason = 'connect'
      WHERE node_id = ?2`;
    await act(this.#db, () => this.#db.query(sql).run(this.#clock.now(), nodeId));
  }

  async recordDisconnected(nodeId: string): Promise<void> {
    const sql = "UPDATE nodes SET last_disconnected_at = ? WHERE node_id = ?";
    await act(this.#db, () => this.#db.query(sql).run(this.#clock.now(), nodeId));
  }

  async recordSeen(nodeId: string, reason: string): Promise<boolean> {
    const sql = "UPDATE nodes SET last_seen_at = ?, last_seen_reason = ? WHERE node_id = ?";
    return act(this.#db, () => this.#db.query(sql).run(this.#clock.now(), reason, nodeId).changes > 0);
  }

  async recordHostStats(nodeId: string, stats: NodeHostStats): Promise<void> {
    const sql = "UPDATE nodes SET host_stats = ? WHERE node_id = ?";
    await act(this.#db, () => this.#db.query(sql).run(JSON.stringify(stats), nodeId));
  }

  #node(nodeId: string): NodeRecord | undefined {
    const row = this.#db.query<NodeRow, [string]>("SELECT * FROM nodes WHERE node_id = ?").get(nodeId);
    return row === null ? undefined : nodeOf(row);
  }

  #pendingById(requestId: string): PendingSurface | undefined {
    const sql = "SELECT * FROM node_pending_surfaces WHERE request_id = ?";
    const row = this.#db.query<PendingRow, [string]>(sql).get(requestId);
    return row === null ? undefined : pendingOf(row);
  }

  #pendingOfNode(nodeId: string): PendingSurface | undefined {
    const sql = "SELECT * FROM node_pending_surfaces WHERE node_id = ?";
    const row = this.#db.query<PendingRow, [string]>(sql).get(nodeId);
    return row === null ? undefined : pendingOf(row);
  }

  #dropPending(requestId: string): void {
    this.#db.query("DELETE FROM node_pending_surfaces WHERE request_id = ?").run(requestId);
  }
}
