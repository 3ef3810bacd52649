import type { Database } from "bun:sqlite";
import type { Clock } from "../../../lib/clock.ts";
import type { RunId, SessionKey } from "../../../protocol/index.ts";
import { StoreError } from "../../errors.ts";
import { RUN_EVICTION_INTERVAL, RUN_OUTCOMES_MAX, RUN_OUTCOME_TTL_MS } from "../../limits.ts";
import type { AcceptedRun, RunClaim, RunPhase, RunRepository, SettledRun, UnsettledRun } from "../../runs.ts";
import { act, look } from "../act.ts";
import type { RepositoryDeps } from "./deps.ts";

interface ClaimRow {
  readonly fingerprint: string;
  readonly settled_at: number | null;
  readonly outcome: string | null;
}

interface SettledRow extends ClaimRow {
  readonly namespace: string;
}

interface UnsettledRow {
  readonly namespace: string;
  readonly run_id: RunId;
  readonly session_key: SessionKey;
  readonly agent_id: string;
  readonly fingerprint: string;
  readonly request: string | null;
  readonly accepted_at: number;
  readonly phase: string;
}

type Known = Exclude<RunClaim, { state: "new" | "conflict" }>;

const READ = "SELECT fingerprint, settled_at, outcome FROM runs WHERE namespace = ? AND run_id = ?";
const ACCEPT = `INSERT INTO runs (namespace, run_id, session_key, agent_id, fingerprint, request, accepted_at, phase)
  VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting')`;
const ENTER = "UPDATE runs SET phase = ? WHERE namespace = ? AND run_id = ? AND settled_at IS NULL";
// The request was kept to run it again, which is over now; with its pictures it can be large.
const SETTLE = `UPDATE runs SET settled_at = ?, outcome = ?, request = NULL
  WHERE namespace = ? AND run_id = ? AND settled_at IS NULL`;
const WITHDRAW = "DELETE FROM runs WHERE namespace = ? AND run_id = ? AND settled_at IS NULL";
const FORGET = "DELETE FROM runs WHERE settled_at <= ?";
const EVICT = `DELETE FROM runs WHERE settled_at IS NOT NULL AND settled_at <=
  (SELECT settled_at FROM runs WHERE settled_at IS NOT NULL ORDER BY settled_at DESC LIMIT 1 OFFSET ${RUN_OUTCOMES_MAX})`;
const UNSETTLED = `SELECT namespace, run_id, session_key, agent_id, fingerprint, request, accepted_at, phase
  FROM runs WHERE settled_at IS NULL ORDER BY id`;
// Runs are indexed by namespace and id; there are a handful of namespaces, found one after the other in that index.
const SETTLED = `WITH RECURSIVE names (name) AS (
    SELECT min(namespace) FROM runs
    UNION ALL SELECT (SELECT min(namespace) FROM runs WHERE namespace > name) FROM names WHERE name IS NOT NULL
  ) SELECT namespace, fingerprint, settled_at, outcome FROM names JOIN runs ON namespace = name AND run_id = ?
  WHERE settled_at IS NOT NULL ORDER BY settled_at DESC`;

/** Accepted turns and how they ended. */
export class SqliteRunRepository implements RunRepository {
  readonly #db: Database;
  readonly #clock: Clock;
  #settled = 0;

  constructor({ db, clock }: RepositoryDeps) {
    this.#db = db;
    this.#clock = clock;
  }

  async accept(run: AcceptedRun): Promise<RunClaim> {
    const request = JSON.stringify(run.request);
    return act(this.#db, () => {
      const row = this.#read(run.namespace, run.runId);
      if (row !== null) {
        if (!this.#isForgotten(row)) {
          return row.fingerprint === run.fingerprint ? found(row) : { state: "conflict" };
        }
        this.#db.query(FORGET).run(this.#clock.now() - RUN_OUTCOME_TTL_MS);
      }
      const { namespace, runId, sessionKey, agentId, fingerprint, acceptedAt } = run;
      this.#db
        .query(ACCEPT)
        .run(namespace, runId, sessionKey, agentId, fingerprint, request ?? null, acceptedAt);
      return { state: "new" };
    });
  }

  async enter(namespace: string, runId: RunId, phase: RunPhase): Promise<void> {
    await act(this.#db, () => this.#db.query(ENTER).run(phase, namespace, runId));
  }

  async settle(namespace: string, runId: RunId, outcome: unknown): Promise<void> {
    const json = JSON.stringify(outcome) ?? "null";
    await act(this.#db, () => {
      const now = this.#clock.now();
      this.#db.query(SETTLE).run(now, json, namespace, runId);
      this.#db.query(FORGET).run(now - RUN_OUTCOME_TTL_MS);
      if (++this.#settled % RUN_EVICTION_INTERVAL === 0) this.#db.query(EVICT).run();
    });
  }

  async withdraw(namespace: string, runId: RunId): Promise<void> {
    await act(this.#db, () => this.#db.query(WITHDRAW).run(namespace, runId));
  }

  async unsettled(): Promise<readonly UnsettledRun[]> {
    return look(this.#db, () => this.#db.query<UnsettledRow, []>(UNSETTLED).all().map(unsettledOf));
  }

  async lookup(namespace: string, runId: RunId): Promise<Known | undefined> {
    return look(this.#db, () => {
      const row = this.#read(namespace, runId);
      return row === null || this.#isForgotten(row) ? undefined : found(row);
    });
  }

  async settled(runId: RunId): Promise<readonly SettledRun[]> {
    return look(this.#db, () =>
      this.#db
        .query<SettledRow, [string]>(SETTLED)
        .all(runId)
        .flatMap((row) => {
          const claim = this.#isForgotten(row) ? undefined : found(row);
          return claim?.state === "settled" ? [{ namespace: row.namespace, outcome: claim.outcome }] : [];
        }),
    );
  }

  #read(namespace: string, runId: RunId): ClaimRow | null {
    return this.#db.query<ClaimRow, [string, string]>(READ).get(namespace, runId);
  }

  #isForgotten(row: ClaimRow): boolean {
    return row.settled_at !== null && row.settled_at <= this.#clock.now() - RUN_OUTCOME_TTL_MS;
  }
}

function found(row: ClaimRow): Known {
  if (row.outcome === null) return { state: "in_flight" };
  const outcome: unknown = JSON.parse(row.outcome);
  return { state: "settled", outcome };
}

function unsettledOf(row: UnsettledRow): UnsettledRun {
  const request: unknown = row.request === null ? undefined : JSON.parse(row.request);
  return {
    namespace: row.namespace,
    runId: row.run_id,
    sessionKey: row.session_key,
    agentId: row.agent_id,
    fingerprint: row.fingerprint,
    request,
    acceptedAt: row.accepted_at,
    phase: phaseOf(row.phase),
  };
}

function phaseOf(text: string): RunPhase {
  if (text === "waiting" || text === "running" || text === "acting") return text;
  throw new StoreError("corrupt", `A stored turn is in an unknown phase: ${text}.`);
}
