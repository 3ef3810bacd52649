import type { RunClaim } from "../../store/index.ts";
import { acceptanceOf, acceptedRow, fingerprintOf, storedOutcome, userEventIdOf } from "./acceptance.ts";
import { queueSettings } from "./lanes/queue-settings.ts";
import type { Hold, SessionLane } from "./lanes/session-lane.ts";
import type { SessionLanes } from "./lanes/session-lanes.ts";
import { MAX_LIVE_RUNS } from "./limits.ts";
import { type Acceptance, LiveRun } from "./live-run.ts";
import { liveId, type LiveRuns } from "./live-runs.ts";
import { messageEvent, userMessage } from "./record/events.ts";
import { TranscriptWriter } from "./record/writer.ts";
import type { RunRequest, Submission } from "./run.ts";
import { enterRequest } from "./turn/enter-request.ts";
import type { TurnDeps } from "./turn/turn-deps.ts";
import { endUnstarted } from "./unstarted.ts";

interface Claiming {
  readonly fingerprint: string;
  readonly submission: Promise<Submission>;
}

/** Takes requests in: each key once, written down before anybody is told, each at its place. */
export class Intake {
  readonly #deps: TurnDeps;
  readonly #lanes: SessionLanes;
  readonly #live: LiveRuns;
  readonly #claiming = new Map<string, Claiming>();

  constructor(deps: TurnDeps, lanes: SessionLanes, live: LiveRuns) {
    this.#deps = deps;
    this.#lanes = lanes;
    this.#live = live;
  }

  /** @throws StoreError, UnknownAgentError */
  async submit(request: RunRequest): Promise<Submission> {
    const id = liveId(request);
    const fingerprint = fingerprintOf(request);
    const live = this.#live.find(request);
    if (live) {
      const isSame = live.fingerprint === fingerprint;
      return isSame ? { state: "in_flight", done: live.done } : { state: "conflict" };
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

  /** Settles when every request that was being taken in has its answer. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#claiming.values()].map(({ submission }) => submission));
  }

  /** Gives a run of an earlier process its place behind those that are there. @throws StoreError */
  async takeUpAgain(accepted: Acceptance): Promise<LiveRun> {
    const lane = this.#lanes.of(accepted.request.sessionKey);
    using _visit = lane.visit();
    const run = await this.#entered(accepted);
    this.#live.add(run);
    lane.add(run);
    return run;
  }

  async #claim(request: RunRequest, fingerprint: string): Promise<Submission> {
    const lane = this.#lanes.of(request.sessionKey);
    using _visit = lane.visit();
    const hold = lane.tryHold();
    try {
      const refused = await this.#refused(lane, request, hold !== undefined);
      if (refused) return refused;
      const { clock, ids, store } = this.#deps;
      const accepted: Acceptance = {
        request,
        fingerprint,
        acceptedAt: clock.now(),
        userEventId: userEventIdOf(request, ids),
        resumed: false,
      };
      const claim = await store.runs.accept(acceptedRow(accepted));
      if (claim.state === "conflict") return { state: "conflict" };
      const settled = settledSubmission(claim);
      if (settled) return settled;
      if (claim.state === "in_flight") {
        return await this.#place(await this.#entered(await this.#orphan(accepted)), lane, hold);
      }
      try {
        return await this.#place(await this.#entered(accepted), lane, hold);
      } catch (error) {
        // Its caller is told that it was not taken, so no later start may run it.
        if (!this.#live.find(request)) await store.runs.withdraw(request.namespace, request.runId);
        throw error;
      }
    } finally {
      hold?.release();
    }
  }

  /** A full house, or a full queue that refuses the newest; what was settled before is told all the same. */
  async #refused(lane: SessionLane, request: RunRequest, isFree: boolean): Promise<Submission | undefined> {
    const isFull = this.#live.size + this.#claiming.size > MAX_LIVE_RUNS;
    if (!isFull && (isFree || !(await this.#isQueueFull(lane, request)))) return undefined;
    const known = await this.#deps.store.runs.lookup(request.namespace, request.runId);
    return settledSubmission(known) ?? { state: "refused", reason: "Too many messages wait already." };
  }

  async #isQueueFull(lane: SessionLane, request: RunRequest): Promise<boolean> {
    const record = await this.#deps.sessions.get(request.sessionKey);
    const settings = queueSettings(this.#deps.config.current.messages, record?.entry, request);
    return settings.mode !== "interrupt" && lane.queue.refuses(settings);
  }

  /** A run that was accepted and that nobody has: its acceptance broke off half-way, and its caller tries again. */
  async #orphan(again: Acceptance): Promise<Acceptance> {
    const { namespace, runId, observer } = again.request;
    const rows = await this.#deps.store.runs.unsettled();
    const row = rows.find((one) => one.namespace === namespace && one.runId === runId);
    const before = row && acceptanceOf(row);
    return before ? { ...before, request: { ...before.request, ...(observer && { observer }) } } : again;
  }

  async #entered(accepted: Acceptance): Promise<LiveRun> {
    const { sessions, config } = this.#deps;
    const entered = await sessions.enter(enterRequest(accepted.request));
    const settings = queueSettings(config.current.messages, entered.record.entry, accepted.request);
    return new LiveRun(accepted, entered, settings);
  }

  async #place(run: LiveRun, lane: SessionLane, hold: Hold | undefined): Promise<Submission> {
    if (hold) {
      await this.#writeDown(run);
      this.#live.add(run);
      lane.begin(run, hold);
      return acceptedAs(run, { queued: false, steered: false, interruptedActiveRun: false });
    }
    this.#live.add(run);
    if (run.settings.mode === "interrupt") return this.#interrupt(run, lane);
    const place = lane.add(run);
    return acceptedAs(run, {
      queued: lane.queue.items.includes(run),
      steered: place === "joined",
      interruptedActiveRun: false,
    });
  }

  /** The newest message ends what is under way and whatever waited behind it. */
  async #interrupt(run: LiveRun, lane: SessionLane): Promise<Submission> {
    const { turn } = lane;
    const { items, dropped } = lane.queue;
    const untold = dropped.filter(({ mayReturn }) => mayReturn);
    const forgotten = [...(turn?.waiting ?? []), ...untold, ...items].filter(
      (old) => turn?.leave(old) === true || lane.queue.remove(old),
    );
    lane.add(run);
    const interruptedActiveRun = (await turn?.supersede()) ?? false;
    for (const old of forgotten) await endUnstarted(this.#deps, old, { stopReason: "aborted" });
    return acceptedAs(run, { queued: false, steered: false, interruptedActiveRun });
  }

  /** The user message is in the transcript before anybody is told that it was taken. */
  async #writeDown(run: LiveRun): Promise<void> {
    const { acceptedAt, userEventId, request } = run;
    const writer = new TranscriptWriter(this.#deps.store, run.record);
    const message = userMessage(request, request.runId, acceptedAt);
    const [stored] = await writer.append({
      events: [messageEvent(userEventId, acceptedAt, message)],
      entry: { status: "running", startedAt: acceptedAt },
    });
    run.record = writer.record;
    run.written = true;
    run.untold = stored;
  }
}

function acceptedAs(
  run: LiveRun,
  place: { readonly queued: boolean; readonly steered: boolean; readonly interruptedActiveRun: boolean },
): Submission {
  return {
    state: "accepted",
    sessionId: run.record.sessionId,
    acceptedAt: run.acceptedAt,
    created: run.created,
    ...place,
    done: run.done,
  };
}

function settledSubmission(claim: RunClaim | undefined): Submission | undefined {
  const outcome = claim?.state === "settled" ? storedOutcome(claim.outcome) : undefined;
  return outcome && { state: "settled", outcome };
}
