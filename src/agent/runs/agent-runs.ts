import { pause } from "../../lib/clock.ts";
import type { RunId, SessionKey } from "../../protocol/index.ts";
import type { Sender } from "../sender.ts";
import { acceptanceOf, acceptedRow, fingerprintOf, storedOutcome } from "./acceptance.ts";
import type { RunsDeps } from "./deps.ts";
import { INTERRUPTED_TEXT } from "./failure.ts";
import { configuredWidths, Lanes } from "./lanes/lanes.ts";
import { queueSettings } from "./lanes/queue-settings.ts";
import { type Hold, SessionLane } from "./lanes/session-lane.ts";
import { type Acceptance, LiveRun } from "./live-run.ts";
import { type Ending, unstartedOutcome } from "./outcome.ts";
import { messageEvent, userMessage } from "./record/events.ts";
import { TranscriptWriter } from "./record/writer.ts";
import type { ActiveRun, RunOutcome, RunRequest, Runs, Submission } from "./run.ts";
import { enterRequest } from "./turn/enter-request.ts";
import { ToolAdapter } from "./turn/tool-adapter.ts";
import { Turn } from "./turn/turn.ts";
import type { TurnDeps } from "./turn/turn-deps.ts";
import { Narrator } from "./voice/narrator.ts";
import { Waiters } from "./waiters.ts";

interface Claiming {
  readonly fingerprint: string;
  readonly submission: Promise<Submission>;
}

/** Namespaces whose runs can be waited for by id alone. */
const NAMESPACES = ["chat", "agent", "http"];

/** The turns of all agents of a gateway. */
export class AgentRuns implements Runs {
  readonly #deps: TurnDeps;
  readonly #lanes = new Map<SessionKey, SessionLane>();
  readonly #live = new Map<string, LiveRun>();
  readonly #claiming = new Map<string, Claiming>();
  readonly #waiters: Waiters;
  #isStopping = false;

  constructor(deps: RunsDeps) {
    const widths = configuredWidths(() => {
      const { maxConcurrent, subagents } = deps.config.current.agents.defaults;
      return { main: maxConcurrent, subagent: subagents?.maxConcurrent };
    });
    this.#deps = {
      ...deps,
      logger: deps.logger.child("agent/runs"),
      lanes: new Lanes(widths),
      adapter: new ToolAdapter(),
    };
    this.#waiters = new Waiters(deps.clock);
  }

  get activeCount(): number {
    return this.active().length;
  }

  async submit(request: RunRequest): Promise<Submission> {
    if (this.#isStopping) return { state: "refused", reason: "The gateway is shutting down." };
    const id = liveId(request);
    const fingerprint = fingerprintOf(request);
    const live = this.#live.get(id);
    if (live && !live.isRetired) {
      return live.fingerprint === fingerprint
        ? { state: "in_flight", done: live.done }
        : { state: "conflict" };
    }
    const claiming = this.#claiming.get(id);
    if (claiming) {
      if (claiming.fingerprint !== fingerprint) return { state: "conflict" };
      const first = await claiming.submission;
      return first.state === "accepted" ? { state: "in_flight", done: first.done } : first;
    }
    const submission = this.#claim(request, fingerprint);
    this.#claiming.set(id, { fingerprint, submission });
    try {
      return await submission;
    } finally {
      this.#claiming.delete(id);
    }
  }

  async abort(
    key: SessionKey,
    options: { readonly runId?: RunId; readonly reason: string; readonly clearQueue: boolean },
  ): Promise<readonly RunId[]> {
    const lane = this.#lanes.get(key);
    if (!lane) return [];
    const { turn } = lane;
    const waiting = this.#takeWaiting(lane, options);
    const isMeant =
      turn &&
      (options.runId === undefined || turn.runs.some(({ request }) => request.runId === options.runId));
    const running = isMeant ? turn.runs : [];
    const [wasRunning] = await Promise.all([
      isMeant ? turn.abort(options.reason) : false,
      ...waiting.map((run) => this.#endUnstarted(run, { status: "aborted", stopReason: options.reason })),
    ]);
    return [...(wasRunning ? running : []), ...waiting].map(({ request }) => request.runId);
  }

  async wait(runId: RunId, timeoutMs: number, signal?: AbortSignal): Promise<RunOutcome | undefined> {
    const waiting = this.#waiters.wait(runId, timeoutMs, signal);
    for (const namespace of NAMESPACES) {
      const known = await this.#deps.store.runs.lookup(namespace, runId);
      const outcome = known?.state === "settled" ? storedOutcome(known.outcome) : undefined;
      if (outcome) {
        this.#waiters.tell(outcome);
        break;
      }
    }
    return waiting;
  }

  async steer(key: SessionKey, message: string, sender: Sender): Promise<boolean> {
    return this.#lanes.get(key)?.turn?.say(message, sender) ?? false;
  }

  active(key?: SessionKey): readonly ActiveRun[] {
    const lanes = key === undefined ? [...this.#lanes.values()] : [this.#lanes.get(key)];
    return lanes.flatMap((lane) =>
      (lane?.turn?.runs ?? []).filter(({ isRetired }) => !isRetired).map((run) => run.snapshot()),
    );
  }

  queued(
    key: SessionKey,
  ): readonly { readonly runId: RunId; readonly message: string; readonly acceptedAt: number }[] {
    const lane = this.#lanes.get(key);
    return [...(lane?.turn?.waiting ?? []), ...(lane?.queue.items ?? [])].map(({ request, acceptedAt }) => ({
      runId: request.runId,
      message: request.message,
      acceptedAt,
    }));
  }

  async compact(_key: SessionKey, _focus?: string): Promise<{ summary: string; tokensBefore: number }> {
    throw new Error("There is nothing to shorten yet.");
  }

  /**
   * Takes no new runs, lets those at work end within `budgetMs`, and leaves the others as they are: the next gateway
   * on this store takes them up.
   */
  async stop(budgetMs: number): Promise<void> {
    this.#isStopping = true;
    const lanes = [...this.#lanes.values()];
    for (const lane of lanes) lane.close();
    const ended = Promise.all(lanes.map(({ turnEnded }) => turnEnded));
    await Promise.race([ended, pause(this.#deps.clock, budgetMs)]);
    for (const { turn } of lanes) turn?.interrupt();
    await ended;
    const error = { kind: "interrupted", message: INTERRUPTED_TEXT, display: INTERRUPTED_TEXT } as const;
    for (const run of this.#live.values()) {
      const ending = { status: "interrupted", stopReason: "interrupted", error } as const;
      run.conclude(unstartedOutcome(run, this.#deps.clock.now(), ending));
    }
  }

  async #claim(request: RunRequest, fingerprint: string): Promise<Submission> {
    const lane = this.#laneOf(request.sessionKey);
    using _visit = lane.visit();
    const hold = lane.tryHold();
    try {
      if (!hold && (await this.#isRefused(lane, request))) {
        const known = await this.#deps.store.runs.lookup(request.namespace, request.runId);
        return settledSubmission(known) ?? { state: "refused", reason: "Too many messages wait already." };
      }
      const { clock, ids, store } = this.#deps;
      const accepted: Acceptance = {
        request,
        fingerprint,
        acceptedAt: clock.now(),
        userEventId: ids.uuid(),
        resumed: false,
      };
      const claim = await store.runs.accept(acceptedRow(accepted));
      if (claim.state === "conflict") return { state: "conflict" };
      const settled = settledSubmission(claim);
      if (settled) return settled;
      const mine = claim.state === "new" ? accepted : await this.#orphan(accepted);
      return await this.#takeUp(mine, lane, hold);
    } finally {
      hold?.release();
    }
  }

  /** A run that was accepted and that nobody has: its acceptance broke off half-way, and its caller tries again. */
  async #orphan(again: Acceptance): Promise<Acceptance> {
    const { namespace, runId } = again.request;
    const rows = await this.#deps.store.runs.unsettled();
    const row = rows.find((one) => one.namespace === namespace && one.runId === runId);
    const { observer } = again.request;
    const before = row && acceptanceOf(row);
    return before ? { ...before, request: { ...before.request, ...(observer && { observer }) } } : again;
  }

  async #isRefused(lane: SessionLane, request: RunRequest): Promise<boolean> {
    const record = await this.#deps.sessions.get(request.sessionKey);
    const settings = queueSettings(this.#deps.config.current.messages, record?.entry, request);
    return settings.mode !== "interrupt" && lane.queue.refuses(settings);
  }

  /** Gives an accepted run its place. */
  async #takeUp(accepted: Acceptance, lane: SessionLane, hold: Hold | undefined): Promise<Submission> {
    const { sessions, config } = this.#deps;
    const entered = await sessions.enter(enterRequest(accepted.request));
    const settings = queueSettings(config.current.messages, entered.record.entry, accepted.request);
    const run = new LiveRun(accepted, entered, settings);
    let place: "first" | "joined" | "waiting" = "first";
    let interruptedActiveRun = false;
    if (hold) {
      await this.#writeDown(run);
      this.#register(run);
      lane.begin(run, hold);
    } else {
      this.#register(run);
      const { turn } = lane;
      const forgotten = settings.mode === "interrupt" ? this.#takeWaiting(lane, { clearQueue: true }) : [];
      place = lane.add(run);
      if (settings.mode === "interrupt") {
        interruptedActiveRun = (await turn?.abort("aborted")) ?? false;
        for (const old of forgotten)
          await this.#endUnstarted(old, { status: "aborted", stopReason: "aborted" });
      }
    }
    return {
      state: "accepted",
      sessionId: run.record.sessionId,
      acceptedAt: run.acceptedAt,
      created: run.created,
      interruptedActiveRun,
      queued: place === "waiting" && !interruptedActiveRun,
      steered: place === "joined",
      done: run.done,
    };
  }

  /** The user message is in the transcript before anybody is told that it was taken. */
  async #writeDown(run: LiveRun): Promise<void> {
    const { acceptedAt, userEventId, request } = run;
    const writer = new TranscriptWriter(this.#deps.store, run.record);
    const event = messageEvent(userEventId, acceptedAt, userMessage(request, acceptedAt));
    const entry = { status: "running", startedAt: acceptedAt } as const;
    const [stored] = await writer.append({ events: [event], entry });
    run.record = writer.record;
    run.written = true;
    run.untold = stored;
  }

  #register(run: LiveRun): void {
    const id = liveId(run.request);
    this.#live.set(id, run);
    void run.done.then((outcome) => {
      if (this.#live.get(id) === run) this.#live.delete(id);
      this.#waiters.tell(outcome);
    });
  }

  #laneOf(key: SessionKey): SessionLane {
    const known = this.#lanes.get(key);
    if (known) return known;
    const lane = new SessionLane({
      clock: this.#deps.clock,
      newTurn: (runs, summaries) => new Turn(this.#deps, runs, summaries),
      dropped: (run) => void this.#endUnstarted(run, { status: "aborted", stopReason: "dropped" }),
      idle: () => this.#lanes.delete(key),
    });
    this.#lanes.set(key, lane);
    return lane;
  }

  #takeWaiting(
    lane: SessionLane,
    { runId, clearQueue }: { readonly runId?: RunId; readonly clearQueue: boolean },
  ): readonly LiveRun[] {
    const all = [...(lane.turn?.waiting ?? []), ...lane.queue.items];
    const meant = clearQueue ? all : all.filter(({ request }) => request.runId === runId);
    return meant.filter((run) => lane.turn?.leave(run) === true || lane.queue.remove(run));
  }

  /** Ends a run whose turn never came. */
  async #endUnstarted(run: LiveRun, ending: Omit<Ending, "text">): Promise<void> {
    const { store, events, clock, logger } = this.#deps;
    const { namespace, runId, sessionKey, agentId, kind } = run.request;
    const outcome = unstartedOutcome(run, clock.now(), ending);
    try {
      await store.runs.settle(namespace, runId, outcome);
    } catch (error) {
      logger.error("the outcome of a message that waited could not be stored", { runId, error });
    }
    run.retire();
    const facts = { runId, sessionKey, sessionId: run.record.sessionId, agentId, kind, lane: run.lane };
    new Narrator(events, facts, clock).aborted(ending.stopReason, "", {
      startedAt: run.acceptedAt,
      endedAt: outcome.endedAt,
    });
    run.conclude(outcome);
  }
}

function liveId({ namespace, runId }: Pick<RunRequest, "namespace" | "runId">): string {
  return `${namespace}:${runId}`;
}

function settledSubmission(
  claim: { readonly state: string; readonly outcome?: unknown } | undefined,
): Submission | undefined {
  const outcome = claim?.state === "settled" ? storedOutcome(claim.outcome) : undefined;
  return outcome && { state: "settled", outcome };
}
