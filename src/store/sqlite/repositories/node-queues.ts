import type { Database } from "bun:sqlite";
import type { Clock } from "../../../lib/clock.ts";
import { NODE_ACTION_TTL_MS, NODE_ACTIONS_PER_NODE } from "../../node-limits.ts";
import type { NodeAction, NodeQueueRepository, NodeWork } from "../../nodes.ts";
import { act } from "../act.ts";
import { actionOf, workOf, type ActionRow, type NodeRow, type WorkRow } from "./node-rows.ts";
import type { RepositoryDeps } from "./deps.ts";

const QUEUE_ACTION = `INSERT INTO node_actions
  (id, node_id, command, params_json, idempotency_key, enqueued_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)`;
const TRIM_ACTIONS = `DELETE FROM node_actions WHERE node_id = ?1 AND sequence <= (
  SELECT sequence FROM node_actions WHERE node_id = ?1 ORDER BY sequence DESC LIMIT 1 OFFSET ?2)`;
const QUEUE_WORK = `INSERT INTO node_work (id, node_id, type, priority, created_at, expires_at)
  VALUES (?, ?, ?, ?, ?, ?)`;
const WORK_IN_ORDER = `SELECT * FROM node_work WHERE node_id = ?
  ORDER BY priority = 'high' DESC, created_at, id`;

/** What waits until a node wakes, in two bounded tables. */
export class SqliteNodeQueueRepository implements NodeQueueRepository {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor({ db, clock }: RepositoryDeps) {
    this.#db = db;
    this.#clock = clock;
  }

  async enqueueAction(action: Omit<NodeAction, "enqueuedAtMs">): Promise<NodeAction> {
    return act(this.#db, () => {
      const now = this.#clock.now();
      this.#expireActions(now);
      const { id, nodeId, command, paramsJSON, idempotencyKey } = action;
      const sql = "SELECT * FROM node_actions WHERE node_id = ? AND idempotency_key = ?";
      const known = this.#db.query<ActionRow, [string, string]>(sql).get(nodeId, idempotencyKey);
      if (known !== null) return actionOf(known);
      const expiresAt = now + NODE_ACTION_TTL_MS;
      this.#db
        .query(QUEUE_ACTION)
        .run(id, nodeId, command, paramsJSON ?? null, idempotencyKey, now, expiresAt);
      this.#db.query(TRIM_ACTIONS).run(nodeId, NODE_ACTIONS_PER_NODE);
      return { ...action, enqueuedAtMs: now };
    });
  }

  async actions(nodeId: string): Promise<NodeAction[]> {
    const sql = "SELECT * FROM node_actions WHERE node_id = ? ORDER BY sequence";
    return act(this.#db, () => {
      this.#expireActions(this.#clock.now());
      return this.#db.query<ActionRow, [string]>(sql).all(nodeId).map(actionOf);
    });
  }

  async acknowledgeActions(nodeId: string, ids: readonly string[]): Promise<number> {
    return act(this.#db, () => {
      this.#expireActions(this.#clock.now());
      const drop = this.#db.query("DELETE FROM node_actions WHERE node_id = ? AND id = ?");
      for (const id of ids) drop.run(nodeId, id);
      const count = "SELECT count(*) AS n FROM node_actions WHERE node_id = ?";
      return this.#db.query<{ n: number }, [string]>(count).get(nodeId)?.n ?? 0;
    });
  }

  async enqueueWork(
    nodeId: string,
    work: Pick<NodeWork, "id" | "type" | "priority"> & { readonly expiresInMs: number },
  ): Promise<{ revision: number; work: NodeWork; created: boolean } | undefined> {
    return act(this.#db, () => {
      if (this.#revisionOf(nodeId) === undefined) return undefined;
      const now = this.#clock.now();
      this.#expireWork(nodeId, now);
      const known = this.#work(nodeId).find(({ type }) => type === work.type);
      if (known !== undefined) return { revision: this.#revision(nodeId), work: known, created: false };
      const { expiresInMs, ...item } = work;
      const queued = { ...item, createdAtMs: now, expiresAtMs: now + expiresInMs };
      this.#db.query(QUEUE_WORK).run(work.id, nodeId, work.type, work.priority, now, queued.expiresAtMs);
      return { revision: this.#bump(nodeId), work: queued, created: true };
    });
  }

  async drainWork(
    nodeId: string,
    max: number,
  ): Promise<{ revision: number; work: NodeWork[]; left: NodeWork[] }> {
    return act(this.#db, () => {
      this.#expireWork(nodeId, this.#clock.now());
      const all = this.#work(nodeId);
      const work = all.slice(0, max);
      for (const { id } of work) this.#db.query("DELETE FROM node_work WHERE id = ?").run(id);
      const revision = work.length > 0 ? this.#bump(nodeId) : this.#revision(nodeId);
      return { revision, work, left: all.slice(max) };
    });
  }

  #expireActions(now: number): void {
    this.#db.query("DELETE FROM node_actions WHERE expires_at <= ?").run(now);
  }

  #work(nodeId: string): NodeWork[] {
    return this.#db.query<WorkRow, [string]>(WORK_IN_ORDER).all(nodeId).map(workOf);
  }

  #expireWork(nodeId: string, now: number): void {
    const sql = "DELETE FROM node_work WHERE node_id = ? AND expires_at <= ?";
    if (this.#db.query(sql).run(nodeId, now).changes > 0) this.#bump(nodeId);
  }

  #revisionOf(nodeId: string): number | undefined {
    const sql = "SELECT work_revision FROM nodes WHERE node_id = ?";
    return this.#db.query<Pick<NodeRow, "work_revision">, [string]>(sql).get(nodeId)?.work_revision;
  }

  #revision(nodeId: string): number {
    return this.#revisionOf(nodeId) ?? 0;
  }

  #bump(nodeId: string): number {
    this.#db.query("UPDATE nodes SET work_revision = work_revision + 1 WHERE node_id = ?").run(nodeId);
    return this.#revision(nodeId);
  }
}
