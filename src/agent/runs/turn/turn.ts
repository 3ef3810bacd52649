import { inTime, type Timer } from "../../../lib/clock.ts";
import type { SessionRecord } from "../../../store/index.ts";
import type { Sender } from "../../sender.ts";
import { errorOf, isMistake, modelError } from "../failure.ts";
import { ABORT_GRACE_MS, DEFAULT_RUN_TIMEOUT_MS, MAX_TIMER_MS } from "../limits.ts";
import type { Slot } from "../lanes/lanes.ts";
import type { LiveRun } from "../live-run.ts";
import { Chronicle } from "../record/chronicle.ts";
import { customMessage, messageEvent, type NewEvent, userMessage } from "../record/events.ts";
import { TranscriptWriter } from "../record/writer.ts";
import { Narrator } from "../voice/narrator.ts";
import { Audience } from "./audience.ts";
import { Conversation } from "./conversation.ts";
import type { StopCause, TalkResult } from "./ending.ts";
import { enterRequest } from "./enter-request.ts";
import { Finish } from "./finish.ts";
import { endUnstarted } from "../unstarted.ts";
import { chooseSetting } from "./setting.ts";
import { Steering } from "./steering.ts";
import { nameOf, Tally } from "./tally.ts";
import type { TurnDeps } from "./turn-deps.ts";

/**
 * One turn of a session: the runs that share it, from their place in the lane to their outcomes. It ends once, by its
 * answer, a failure, or whoever stops it first.
 */
export class Turn {
  readonly #deps: TurnDeps;
  readonly #first: LiveRun;
  readonly #dropped: readonly LiveRun[];
  readonly #audience: Audience;
  readonly #steering = new Steering();
  readonly #tally = new Tally();
  readonly #narrator: Narrator;
  readonly #controller = new AbortController();
  readonly #stopped = Promise.withResolvers<StopCause>();
  readonly #said = Promise.withResolvers<void>();
  #chronicle: Chronicle;
  #conversation: Conversation | undefined;
  #timer: Timer | undefined;
  #phase: Extract<StopCause, { kind: "timeout" }>["phase"] = "queue";
  #isDecided = false;
  /** Text that was shown when the turn was stopped. */
  #partial = "";

  /** `dropped`: messages it is told of, since they were too many to wait. */
  constructor(deps: TurnDeps, runs: readonly [LiveRun, ...LiveRun[]], dropped: readonly LiveRun[]) {
    const [first] = runs;
    this.#deps = deps;
    this.#first = first;
    this.#dropped = dropped;
    this.#audience = new Audience(runs, deps.logger);
    this.#chronicle = this.#chronicleOf(first.record);
    this.#narrator = new Narrator(deps.events, this.#facts(first), deps.clock);
  }

  /** The runs whose turn this is, those that joined included. */
  get runs(): readonly LiveRun[] {
    return this.#audience.runs;
  }

  /** Runs that were said into it and not heard yet. */
  get waiting(): readonly LiveRun[] {
    return this.#steering.runs;
  }

  /** Says a message into the turn; false when it cannot be: a stranger's, one with wishes of its own, one too many. */
  join(run: LiveRun): boolean {
    const isKin = run.kinship === this.#first.kinship && this.#first.request.kind !== "http";
    const hasRoom = this.waiting.length < run.settings.cap;
    return isKin && hasRoom && run.isPlain && !this.#isDecided && this.#steering.add({ kind: "run", run });
  }

  /** Takes a message out again that was not heard yet. */
  leave(run: LiveRun): boolean {
    return this.#steering.remove(run);
  }

  /** Says something to the model that is nobody's run; false when the turn is over. */
  say(text: string, sender: Sender): boolean {
    return !this.#isDecided && this.#steering.add({ kind: "words", text, sender });
  }

  /** Ends the turn. Resolves when clients and the store know it; false when it was over already. */
  async abort(reason: string): Promise<boolean> {
    if (!this.#stop({ kind: "abort", reason })) return false;
    await this.#said.promise;
    return true;
  }

  /** Ends the turn for a newer message's sake; resolves like {@link abort}. */
  async supersede(): Promise<boolean> {
    if (!this.#stop({ kind: "superseded" })) return false;
    await this.#said.promise;
    return true;
  }

  /** Leaves the turn where it is, for the next gateway to take up. */
  interrupt(): void {
    this.#stop({ kind: "interrupt" });
  }

  /** Lives the turn. Resolves with the runs that were said into it too late; never rejects. */
  async live(): Promise<readonly LiveRun[]> {
    // Whoever submitted the run answers its caller first; what clients see of the run comes after.
    await new Promise<void>((resolve) => void setImmediate(resolve));
    this.#armTimer();
    const talk = this.#talk();
    const first = await Promise.race([talk, this.#stopped.promise]);
    this.#isDecided = true;
    this.#timer?.cancel();
    const leftovers = this.#steering.close();
    try {
      await this.#finish(first, talk);
    } catch (error) {
      this.#deps.logger.error("the end of a turn failed", { runId: this.#first.request.runId, error });
      this.#finisher().giveUp(errorOf(error));
    }
    this.#said.resolve();
    return leftovers;
  }

  #stop(cause: StopCause): boolean {
    if (this.#isDecided) return false;
    this.#isDecided = true;
    this.#partial = this.#conversation?.cutOff() ?? "";
    if (cause.kind === "abort") this.#finisher().announceAbort(cause.reason, this.#partial);
    this.#controller.abort();
    this.#stopped.resolve(cause);
    return true;
  }

  async #finish(first: TalkResult | StopCause, talk: Promise<TalkResult>): Promise<void> {
    const finish = this.#finisher();
    switch (first.kind) {
      case "answered":
        return finish.answered();
      case "failed":
        this.#conversation?.cutOff();
        return finish.failed(first.error);
      case "abort":
      case "superseded":
      case "timeout":
      case "interrupt":
        // Tools get a moment to end what they started; whoever does not listen is not waited for.
        await inTime(this.#deps.clock, ABORT_GRACE_MS, talk, undefined);
        if (first.kind === "abort") return finish.aborted(first.reason, this.#partial, this.#said.resolve);
        if (first.kind === "superseded") return finish.superseded(this.#partial, this.#said.resolve);
        if (first.kind === "timeout") return finish.timedOut(first.phase, this.#partial);
        return finish.interrupted();
    }
  }

  #finisher(): Finish {
    return new Finish({
      deps: this.#deps,
      first: this.#first,
      audience: this.#audience,
      chronicle: this.#chronicle,
      narrator: this.#narrator,
      tally: this.#tally,
    });
  }

  /** The turn as nobody disturbs it; never rejects. */
  async #talk(): Promise<TalkResult> {
    const { lanes, clock, logger } = this.#deps;
    const { signal } = this.#controller;
    let slot: Slot | undefined;
    try {
      this.#announce();
      // Messages that waited stand in the transcript only now, so that it reads in the order of the talk.
      await this.#writeDown(clock.now());
      slot = await lanes.acquire(this.#first.lane, signal);
      await this.#converse();
      const { failure } = this.#tally;
      if (!failure) return { kind: "answered" };
      const { trouble } = this.#chronicle;
      if (trouble) return { kind: "failed", error: errorOf(trouble) };
      const { provider, model } = failure.message;
      return { kind: "failed", error: modelError(nameOf({ provider, model }), failure.failure) };
    } catch (error) {
      const { runId } = this.#first.request;
      if (isMistake(error)) logger.warn("a turn was not begun", { runId, reason: errorOf(error).message });
      else if (!signal.aborted) logger.error("a turn failed", { runId, error });
      return { kind: "failed", error: errorOf(error) };
    } finally {
      slot?.release();
    }
  }

  async #converse(): Promise<void> {
    const { signal } = this.#controller;
    if (signal.aborted) return;
    const deps = this.#deps;
    const { request } = this.#first;
    this.#phase = "preparation";
    const startedAt = deps.clock.now();
    for (const run of this.runs) run.startedAt = startedAt;
    this.#audience.tell((observer) => observer.started?.());
    this.#narrator.status("preparing_workspace");
    const workspace = await deps.prompts.workspace(request.agentId);
    this.#narrator.status("preparing_context");
    this.#showStart(startedAt);
    const setting = await chooseSetting(deps, request, this.#chronicle.record, workspace);
    this.#tally.requested = setting.ref;
    this.#tally.thinking = setting.thinking;
    this.#tally.contextTokens = setting.info.contextTokens;
    if (signal.aborted) return;
    this.#phase = "provider";
    this.#conversation = new Conversation({
      deps,
      run: this.#first,
      setting,
      chronicle: this.#chronicle,
      narrator: this.#narrator,
      audience: this.#audience,
      steering: this.#steering,
      tally: this.#tally,
      signal,
    });
    await this.#conversation.hold();
  }

  async #writeDown(at: number): Promise<void> {
    const waiting = this.runs.filter(({ written }) => !written);
    if (waiting.length === 0) return;
    const { record } = await this.#deps.sessions.enter(enterRequest(this.#first.request));
    this.#chronicle = this.#chronicleOf(record);
    const missing = await this.#missingIn(record, waiting);
    const events: NewEvent[] = missing.map((run) =>
      messageEvent(run.userEventId, at, userMessage(run.request, run.request.runId, run.acceptedAt)),
    );
    if (this.#dropped.length > 0) events.unshift(this.#droppedNote(at));
    const stored = await this.#chronicle.note({ events, entry: { status: "running", startedAt: at } });
    for (const run of waiting) {
      run.written = true;
      run.untold = stored.find(({ event }) => event.id === run.userEventId);
    }
    const kept = this.#dropped.filter(({ mayReturn }) => mayReturn);
    for (const run of kept) void endUnstarted(this.#deps, run, { stopReason: "dropped" });
  }

  /** Messages an earlier process wrote stay where they stand; the others follow what came after them. */
  async #missingIn({ sessionId }: SessionRecord, runs: readonly LiveRun[]): Promise<readonly LiveRun[]> {
    const { transcripts } = this.#deps.store;
    const missing: LiveRun[] = [];
    for (const run of runs) {
      if (!run.resumed || !(await transcripts.find(sessionId, run.userEventId))) missing.push(run);
    }
    return missing;
  }

  #droppedNote(at: number): NewEvent {
    const lines = this.#dropped.map(({ summary }) => `- ${summary}`).join("\n");
    const content = `Messages that came while you were busy and were too many to wait:\n${lines}`;
    return customMessage(this.#deps.ids.uuid(), at, {
      customType: "queue-overflow",
      content,
      display: false,
    });
  }

  /** Chat runs show the message first and then that work begins; the others the other way round. */
  #showStart(startedAt: number): void {
    const { events } = this.#deps;
    const { runId, kind } = this.#first.request;
    if (kind === "chat") {
      this.#tellMessages();
      this.#narrator.lifecycle("start", { startedAt });
      this.#narrator.status("starting_model");
      events.sessionChanged(this.#chronicle.record, { reason: "agent.run.started" });
    } else {
      events.sessionChanged(this.#chronicle.record, { reason: "agent.run.started" });
      this.#narrator.lifecycle("start", { startedAt });
      this.#tellMessages();
    }
    events.sessionChanged(this.#chronicle.record, { phase: "start", runId });
  }

  #tellMessages(): void {
    for (const run of this.runs) {
      if (run.untold) this.#chronicle.tell(run.untold);
      run.untold = undefined;
    }
  }

  #announce(): void {
    const { events } = this.#deps;
    const { record } = this.#chronicle;
    const isChat = this.#first.request.kind === "chat";
    if (this.#first.created && !isChat) events.sessionChanged(record, { reason: "create" });
    events.sessionChanged(record, { reason: "participants" });
    if (!isChat) events.sessionChanged(record, { reason: "send" });
  }

  #armTimer(): void {
    const seconds = this.#deps.config.current.agents.defaults.timeoutSeconds;
    const configured = seconds === undefined ? DEFAULT_RUN_TIMEOUT_MS : seconds * 1_000;
    const timeoutMs = this.#first.request.timeoutMs ?? configured;
    if (timeoutMs <= 0 || timeoutMs > MAX_TIMER_MS) return;
    this.#timer = this.#deps.clock.after(timeoutMs, () => {
      const phase = this.#conversation?.toolsAreRunning === true ? "tool" : this.#phase;
      this.#stop({ kind: "timeout", phase });
    });
  }

  #chronicleOf(record: SessionRecord): Chronicle {
    return new Chronicle(new TranscriptWriter(this.#deps.store, record), this.#deps.events);
  }

  #facts({ request, record, lane }: LiveRun) {
    const { runId, sessionKey, agentId, kind } = request;
    return { runId, sessionKey, sessionId: record.sessionId, agentId, kind, lane };
  }
}
