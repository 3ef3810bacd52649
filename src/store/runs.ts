import type { RunId, SessionKey } from "../protocol/index.ts";

/**
 * An accepted turn. It is written before its caller is told that it was accepted, so that no death of the process
 * forgets it: at the next start it is run, or reported as interrupted.
 */
export interface AcceptedRun {
  /** Namespace of the idempotency key: `chat` (chat.send, sessions.send), `agent`, `http`, or a channel. */
  readonly namespace: string;
  readonly runId: RunId;
  readonly sessionKey: SessionKey;
  readonly agentId: string;
  /** Hash of what makes two requests the same one; another value under the same key is a conflict. */
  readonly fingerprint: string;
  /** The whole request as JSON, enough to run it after a restart. */
  readonly request: unknown;
  readonly acceptedAt: number;
}

/** `waiting`: accepted, nothing was done. `running`: the model was asked. `acting`: a tool may have had an effect. */
export type RunPhase = "waiting" | "running" | "acting";

export type RunClaim =
  | { readonly state: "new" }
  /** Accepted before and not over. */
  | { readonly state: "in_flight" }
  | { readonly state: "conflict" }
  /** Over; `outcome` is what was recorded. */
  | { readonly state: "settled"; readonly outcome: unknown };

export interface UnsettledRun extends AcceptedRun {
  readonly phase: RunPhase;
}

/** A run that is over. */
export interface SettledRun {
  readonly namespace: string;
  /** As it was recorded. */
  readonly outcome: unknown;
}

/** Accepted runs and their outcomes; settled ones are forgotten after `RUN_OUTCOME_TTL_MS`. */
export interface RunRepository {
  /** Takes the run if its key is free or forgotten; otherwise says what became of it. @throws StoreError */
  accept(run: AcceptedRun): Promise<RunClaim>;
  /** @throws StoreError */
  enter(namespace: string, runId: RunId, phase: RunPhase): Promise<void>;
  /** Records the outcome, once; it is replayed to later repeats for `RUN_OUTCOME_TTL_MS`. @throws StoreError */
  settle(namespace: string, runId: RunId, outcome: unknown): Promise<void>;
  /** Takes an acceptance back that nobody was told of; one that was settled stays. @throws StoreError */
  withdraw(namespace: string, runId: RunId): Promise<void>;
  /** Runs whose process died, in order of acceptance. */
  unsettled(): Promise<readonly UnsettledRun[]>;
  lookup(
    namespace: string,
    runId: RunId,
  ): Promise<Exclude<RunClaim, { state: "new" | "conflict" }> | undefined>;
  /** Settled runs of this id in all namespaces, the newest first: ids are unique only within a namespace. */
  settled(runId: RunId): Promise<readonly SettledRun[]>;
}
