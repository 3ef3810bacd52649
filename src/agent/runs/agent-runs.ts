import { inTime } from "../../lib/clock.ts";
import type { RunId, SessionKey } from "../../protocol/index.ts";
import type { Sender } from "../sender.ts";
import { storedOutcome } from "./acceptance.ts";
import { Compactor } from "./compaction/compactor.ts";
import { compactSession } from "./compaction/compact-session.ts";
import type { RunsDeps } from "./deps.ts";
import { interruption } from "./failure.ts";
import { Intake } from "./intake.ts";
import { configuredWidths, Lanes } from "./lanes/lanes.ts";
import type { SessionLane } from "./lanes/session-lane.ts";
import { SessionLanes } from "./lanes/session-lanes.ts";
import type { LiveRun } from "./live-run.ts";
import { LiveRuns } from "./live-runs.ts";
import { unstartedOutcome } from "./outcome.ts";
import { type Resumed, resumeRuns } from "./resume.ts";
import { OutcomeKeeper } from "./record/outcome-keeper.ts";
import type { ActiveRun, RunOutcome, RunRequest, Runs, Submission } from "./run.ts";
import { ToolAdapter } from "./calls/tool-adapter.ts";
import { Turn } from "./turn/turn.ts";
import type { TurnDeps } from "./turn/turn-deps.ts";
import { endUnstarted } from "./unstarted.ts";

/** The turns of all agents of a gateway. */
export class AgentRuns implements Runs {
  readonly #deps: TurnDeps;
  readonly #lanes: SessionLanes;
  readonly #live: LiveRuns;
  readonly #intake: Intake;
  readonly #outcomes: OutcomeKeeper;
  readonly #interrupted = new AbortController();
  #isStopping = false;

  constructor(given: RunsDeps) {
    const widths = configuredWidths(() => {
      const { maxConcurrent, subagents } = given.config.current.agents.defaults;
      return { main: maxConcurrent, subagent: subagents?.maxConcurrent };
    });
    const { clock } = given;
    const logger = given.logger.child("agent/runs");
    this.#outcomes = new OutcomeKeeper({ runs: given.store.runs, clock, logger });
    const { sessions, transcripts } = given.store;
    const deps: TurnDeps = {
      ...given,
      store: { runs: this.#outcomes, sessions, transcripts },
      logger,
      lanes: new Lanes(widths),
      adapter: new ToolAdapter(),
      compactor: new Compactor(given),
    };
    this.#deps = deps;
    this.#live = new LiveRuns(deps.clock);
    this.#lanes = new SessionLanes({
      clock: deps.clock,
      newTurn: (runs, dropped) => new Turn(deps, runs, dropped),
      dropped: (run, isKept) => {
        // What may return stays until the next turn knows of it, whoever dies before.
        if (!isKept || !run.mayReturn) void endUnstarted(deps, run, { stopReason: "dropped" });
      },
    });
    this.#intake = new Intake(deps, this.#lanes, this.#live);
  }

  get activeCount(): number {
    return this.active().length;
  }

  async submit(request: RunRequest): Promise<Submission> {
    if (this.#isStopping)
      return { state: "refused", reason: "The gateway is shutting down.", stopping: true };
    return this.#intake.submit(request);
  }

  async abort(
    key: SessionKey,
    options: { readonly runId?: RunId; readonly reason: string; readonly clearQueue: boolean },
  ): Promise<readonly RunId[]> {
    const lane = this.#lanes.get(key);
    if (!lane) return [];
    const { turn } = lane;
    const waiting = takeWaiting(lane, options);
    const isMeant =
      options.runId === undefined ||
      turn?.runs.some(({ request }) => request.runId === options.runId) === true;
    const running = turn && isMeant ? turn.runs : [];
    // Oldest first, as they stand in the transcript: were this to break off, the gateway that takes up the rest would put
    // the newest words before the model, which nobody may have withdrawn by then.
    const wasRunning = isMeant && (await turn?.abort(options.reason)) === true;
    await Promise.all(waiting.map((run) => endUnstarted(this.#deps, run, { stopReason: options.reason })));
    return [...(wasRunning ? running : []), ...waiting].map(({ request }) => request.runId);
  }

  async wait(runId: RunId, timeoutMs: number, signal?: AbortSignal): Promise<RunOutcome | undefined> {
    const waiting = this.#live.wait(runId, timeoutMs, signal);
    for (const { namespace, outcome: stored } of await this.#deps.store.runs.settled(runId)) {
      const outcome = storedOutcome(stored);
      if (outcome && !this.#live.find({ namespace, runId })) this.#live.tell(outcome);
    }
    return waiting;
  }

  lookup(namespace: string, runId: RunId): ReturnType<Runs["lookup"]> {
    return this.#outcomes.lookup(namespace, runId);
  }

  async steer(key: SessionKey, message: string, sender: Sender): Promise<boolean> {
    return this.#lanes.get(key)?.turn?.say(message, sender) ?? false;
  }

  active(key?: SessionKey): readonly ActiveRun[] {
    const lanes = key === undefined ? this.#lanes.all() : [this.#lanes.get(key)];
    return lanes.flatMap((lane) =>
      (lane?.turn?.runs ?? []).filter(({ isRetired }) => !isRetired).map((run) => run.snapshot()),
    );
  }

  queued(
    key: SessionKey,
  ): readonly { readonly runId: RunId; readonly message: string; readonly acceptedAt: number }[] {
    const lane = this.#lanes.get(key);
    return (lane ? waitingIn(lane) : []).map(({ request, acceptedAt }) => ({
      runId: request.runId,
      message: request.message,
      acceptedAt,
    }));
  }

  async compact(key: SessionKey, focus?: string): ReturnType<Runs["compact"]> {
    const lane = this.#lanes.of(key);
    using _visit = lane.visit();
    const hold = await lane.hold();
    try {
      return await compactSession(this.#deps, key, focus, this.#interrupted.signal);
    } finally {
      hold.release();
    }
  }

  /** Takes up what an earlier gateway on this store left; call it once, before anything is submitted. @throws StoreError */
  async resume(): Promise<Resumed> {
    const resumed = await resumeRuns(this.#deps, this.#intake);
    if (resumed.resumed + resumed.completed + resumed.interrupted > 0) {
      this.#deps.logger.info("took up the runs of an earlier gateway", { ...resumed });
    }
    return resumed;
  }

  /**
   * Takes no new runs, lets those at work end within `budgetMs`, and leaves the others as they are: the next gateway
   * on this store takes them up.
   */
  async stop(budgetMs: number): Promise<void> {
    this.#isStopping = true;
    this.#lanes.close();
    await this.#intake.settled();
    const lanes = this.#lanes.all();
    const ended = Promise.all(lanes.map(({ turnEnded }) => turnEnded));
    if (budgetMs > 0) await inTime(this.#deps.clock, budgetMs, ended, undefined);
    this.#interrupted.abort();
    for (const { turn } of lanes) turn?.interrupt();
    await ended;
    const error = interruption("resuming");
    for (const run of this.#live.all()) {
      const ending = { status: "interrupted", stopReason: "interrupted", error } as const;
      run.conclude(unstartedOutcome(run, this.#deps.clock.now(), ending));
    }
    await this.#outcomes.stop();
  }
}

function waitingIn(lane: SessionLane): readonly LiveRun[] {
  const dropped = lane.queue.dropped.filter(({ mayReturn }) => mayReturn);
  return [...(lane.turn?.waiting ?? []), ...dropped, ...lane.queue.items];
}

/** Takes out what waits: one run, or all of them. */
function takeWaiting(
  lane: SessionLane,
  { runId, clearQueue }: { readonly runId?: RunId; readonly clearQueue: boolean },
): readonly LiveRun[] {
  const meant = waitingIn(lane).filter(({ request }) => clearQueue || request.runId === runId);
  return meant.filter((run) => lane.turn?.leave(run) === true || lane.queue.remove(run));
}
