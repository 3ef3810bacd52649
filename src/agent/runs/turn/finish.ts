import type { SessionEntryPatch, SessionRecord } from "../../../store/index.ts";
import { interruption, TIMED_OUT_TEXT } from "../failure.ts";
import type { LiveRun } from "../live-run.ts";
import { type Ending, outcomeOf } from "../outcome.ts";
import type { Chronicle } from "../record/chronicle.ts";
import { customMessage, messageEvent, type NewEvent } from "../record/events.ts";
import type { RunOutcome } from "../run.ts";
import { Narrator } from "../voice/narrator.ts";
import type { Audience } from "./audience.ts";
import { emptyUsage } from "./model-stream.ts";
import { nameOf, type Tally } from "./tally.ts";
import type { TurnDeps } from "./turn-deps.ts";

export interface FinishParts {
  readonly deps: TurnDeps;
  readonly first: LiveRun;
  readonly audience: Audience;
  readonly chronicle: Chronicle;
  readonly narrator: Narrator;
  readonly tally: Tally;
}

type RunError = NonNullable<RunOutcome["error"]>;

/** The end of a turn: written down first, then told, in the order clients know. */
export class Finish {
  readonly #parts: FinishParts;
  readonly #endedAt: number;

  constructor(parts: FinishParts) {
    this.#parts = parts;
    this.#endedAt = parts.deps.clock.now();
  }

  /** The model has said all it had to say. */
  async answered(): Promise<void> {
    const { narrator, tally } = this.#parts;
    const text = tally.answer;
    const { stopReason } = tally;
    const record = await this.#settle({ status: "ok", stopReason, text }, { status: "done" });
    const facts = {
      stopReason,
      aborted: false,
      livenessState: "working",
      ...(tally.calledTools && { replayInvalid: true }),
      endedAt: this.#endedAt,
    };
    narrator.lifecycle("finishing", facts);
    narrator.lifecycle("model", { provider: null, model: null });
    narrator.final(stopReason, text, {
      ...facts,
      startedAt: this.#startedAt,
      replayInvalid: tally.calledTools,
      ...this.#receipt(record, text),
      executionSettled: true,
    });
    for (const voice of this.#followers()) voice.final(stopReason, text, this.#times());
    this.#changed(record, "end");
  }

  /** The model could not be asked, or did not answer. */
  async failed(error: RunError): Promise<void> {
    const { narrator, tally, chronicle, first } = this.#parts;
    const { display = error.message } = error;
    const asked = tally.failure !== undefined && tally.providerStarted;
    const stored = await this.#note([asked ? this.#failedAnswer(display) : this.#marker(display, error)]);
    const record = await this.#settle(
      { status: "error", stopReason: "error", text: "", error },
      { status: "error" },
    );
    const observation = asked ? { errorObservation: this.#observation(error) } : {};
    const facts = { ...observation, aborted: false, livenessState: "blocked", endedAt: this.#endedAt };
    if (asked) narrator.lifecycle("finishing", { error: display, ...facts });
    narrator.lifecycle("model", { provider: null, model: null });
    if (asked) narrator.lifecycle("fallback_step", this.#exhausted(error));
    const chat = asked ? { errorDetail: this.#observation(error) } : {};
    const end = { ...(asked ? facts : this.#times()), startedAt: this.#startedAt, executionSettled: true };
    narrator.failed(display, chat, end);
    for (const voice of this.#followers()) voice.failed(display, chat, this.#times());
    this.#settledChange(record);
    for (const one of stored) chronicle.tell(one, first.request.runId);
    this.#phases(record, "error");
    this.#conclude();
  }

  /** The time was up. */
  async timedOut(phase: NonNullable<RunOutcome["timeoutPhase"]>, partial: string): Promise<void> {
    const { narrator, tally, first } = this.#parts;
    const { providerStarted } = tally;
    await this.#say([providerStarted ? this.#unfinishedAnswer(partial) : this.#marker(TIMED_OUT_TEXT)]);
    const error: RunError = { kind: "timeout", message: TIMED_OUT_TEXT, display: TIMED_OUT_TEXT };
    const record = await this.#settle(
      { status: "timeout", stopReason: "timeout", text: partial, error, timeoutPhase: phase },
      { status: "timeout" },
    );
    const facts = {
      ...this.#receipt(record, ""),
      timeoutPhase: phase,
      providerStarted,
      aborted: false,
      livenessState: "paused",
      replayInvalid: true,
      ...this.#times(),
    };
    narrator.lifecycle("model", { provider: null, model: null });
    if (first.request.kind !== "chat") narrator.lifecycle("finishing", { error: TIMED_OUT_TEXT, ...facts });
    narrator.failed(TIMED_OUT_TEXT, { errorKind: "timeout" }, { ...facts, executionSettled: true });
    for (const voice of this.#followers())
      voice.failed(TIMED_OUT_TEXT, { errorKind: "timeout" }, this.#times());
    this.#changed(record, "error");
  }

  /** Tells at once that somebody ended the turn; what is written of it follows. */
  announceAbort(reason: string, partial: string): void {
    this.#parts.narrator.aborted(reason, partial, this.#times());
    for (const voice of this.#followers()) voice.aborted(reason, partial, this.#times());
  }

  /** Somebody ended the turn; `known` is called when the store knows. */
  async aborted(reason: string, partial: string, known: () => void): Promise<void> {
    const { deps, narrator, first } = this.#parts;
    if (partial !== "") await this.#say([this.#abortedAnswer(partial, reason)]);
    const record = await this.#settle(
      { status: "aborted", stopReason: reason, text: partial },
      { status: "aborted", abortedLastRun: true },
    );
    this.#settledChange(record);
    known();
    // Whoever ended the run is answered before the rest is told.
    await new Promise<void>((resolve) => void setImmediate(resolve));
    if (first.request.kind === "chat") narrator.trail("model", { provider: null, model: null });
    narrator.trail("error", {
      ...this.#times(),
      error: "This operation was aborted",
      aborted: true,
      stopReason: "aborted",
      executionSettled: true,
    });
    deps.events.sessionChanged(record, { phase: "end", runId: first.request.runId });
    this.#phases(record, "error");
    this.#conclude();
  }

  /** The gateway stops: nothing is settled, so that the next one takes the turn up. */
  interrupted(): void {
    const error = interruption("resuming");
    this.#parts.chronicle.close();
    const ending: Ending = { status: "interrupted", stopReason: "interrupted", text: "", error };
    for (const run of this.#parts.audience.runs) run.conclude(this.#outcome(run, ending));
  }

  #outcomes: ReadonlyMap<LiveRun, RunOutcome> = new Map();

  /** Writes outcomes and the session's state. A store that fails does not keep the caller waiting for ever. */
  async #settle(ending: Ending, entry: SessionEntryPatch): Promise<SessionRecord> {
    const { deps, first, audience, chronicle } = this.#parts;
    chronicle.close();
    this.#outcomes = new Map(audience.runs.map((run) => [run, this.#outcome(run, ending)]));
    const before = chronicle.record;
    try {
      const patch: SessionEntryPatch = {
        abortedLastRun: false,
        startedAt: this.#startedAt,
        endedAt: this.#endedAt,
        lastRunId: first.request.runId,
        ...entry,
      };
      const record = await deps.store.sessions.patch(before.key, patch, before.sessionId);
      for (const [{ request }, outcome] of this.#outcomes) {
        await deps.store.runs.settle(request.namespace, request.runId, outcome);
      }
      return record ?? before;
    } catch (error) {
      deps.logger.error("the outcome of a turn could not be stored", {
        runId: first.request.runId,
        error,
      });
      return before;
    } finally {
      for (const run of audience.runs) run.retire();
    }
  }

  #outcome(run: LiveRun, ending: Ending): RunOutcome {
    const { chronicle, tally } = this.#parts;
    return outcomeOf(run, chronicle.record, this.#endedAt, tally, ending);
  }

  #conclude(): void {
    for (const [run, outcome] of this.#outcomes) run.conclude(outcome);
  }

  #changed(record: SessionRecord, phase: "end" | "error"): void {
    const isChat = this.#parts.first.request.kind === "chat";
    if (isChat) this.#settledChange(record);
    this.#phases(record, phase);
    this.#conclude();
    if (!isChat) this.#settledChange(record);
  }

  #settledChange(record: SessionRecord): void {
    this.#parts.deps.events.sessionChanged(record, { reason: "agent.input.settled" });
  }

  #phases(record: SessionRecord, last: "end" | "error"): void {
    const { deps, first } = this.#parts;
    const { runId } = first.request;
    deps.events.sessionChanged(record, { phase: "model", runId });
    deps.events.sessionChanged(record, { phase: last, runId });
  }

  /** The voices of the runs that shared the turn: each tells its own end. */
  #followers(): Narrator[] {
    const { deps, audience, chronicle } = this.#parts;
    const { sessionId } = chronicle.record;
    return audience.runs.slice(1).map(({ request, lane }) => {
      const { runId, sessionKey, agentId, kind } = request;
      return new Narrator(deps.events, { runId, sessionKey, sessionId, agentId, kind, lane }, deps.clock);
    });
  }

  async #note(events: readonly NewEvent[]) {
    const { deps, chronicle, first } = this.#parts;
    try {
      return await chronicle.note({ events });
    } catch (error) {
      deps.logger.error("the end of a turn could not be written", { runId: first.request.runId, error });
      return [];
    }
  }

  async #say(events: readonly NewEvent[]): Promise<void> {
    const { chronicle, first } = this.#parts;
    for (const stored of await this.#note(events)) chronicle.tell(stored, first.request.runId);
  }

  get #startedAt(): number {
    const { first } = this.#parts;
    return first.startedAt ?? first.acceptedAt;
  }

  #times(): { readonly startedAt: number; readonly endedAt: number } {
    return { startedAt: this.#startedAt, endedAt: this.#endedAt };
  }

  #receipt(record: SessionRecord, text: string): Readonly<Record<string, unknown>> {
    const { tally, first } = this.#parts;
    return tally.receipt(first.request.runId, record.sessionId, text);
  }

  #observation({ kind }: RunError): Readonly<Record<string, unknown>> {
    const { provider, model } = this.#parts.tally.effective;
    return { provider, model, failoverReason: kind, providerRuntimeFailureKind: "unclassified" };
  }

  #exhausted({ kind, message }: RunError): Readonly<Record<string, unknown>> {
    const { tally } = this.#parts;
    return {
      fallbackStepType: "fallback_step",
      fallbackStepFromModel: nameOf(tally.effective),
      fallbackStepFromFailureReason: kind,
      fallbackStepFromFailureDetail: message,
      fallbackStepChainPosition: (tally.facts().failovers?.length ?? 0) + 1,
      fallbackStepFinalOutcome: "chain_exhausted",
    };
  }

  /** The failure as the model's own message, where it was asked. */
  #failedAnswer(text: string): NewEvent {
    const { failure } = this.#parts.tally;
    const { runId } = this.#parts.first.request;
    return this.#message({
      ...failure?.message,
      role: "assistant",
      content: [{ type: "text", text }],
      stopReason: "error",
      timestamp: this.#endedAt,
      idempotencyKey: `${runId}:terminal-error`,
    });
  }

  #unfinishedAnswer(partial: string): NewEvent {
    const { tally } = this.#parts;
    return this.#message({
      role: "assistant",
      content: [{ type: "text", text: partial }],
      api: tally.last?.api ?? "openai-completions",
      ...tally.effective,
      stopReason: "aborted",
      errorMessage: "request timed out",
      timestamp: this.#endedAt,
      usage: emptyUsage(),
    });
  }

  /** What there was of an answer stays, marked as ended by the gateway. */
  #abortedAnswer(text: string, origin: string): NewEvent {
    const { runId } = this.#parts.first.request;
    return this.#message({
      role: "assistant",
      content: [{ type: "text", text }],
      timestamp: this.#endedAt,
      stopReason: "stop",
      usage: emptyUsage(),
      api: "openai-responses",
      provider: "openclaw",
      model: "gateway-injected",
      idempotencyKey: `${runId}:assistant`,
      openclawAbort: { aborted: true, origin, runId },
    });
  }

  #message(message: Readonly<Record<string, unknown>>): NewEvent {
    const { deps, first } = this.#parts;
    const signed = { ...message, __openclaw: { runId: first.request.runId } };
    return messageEvent(deps.ids.uuid(), this.#endedAt, signed);
  }

  /** Where no model was asked, a line says that the message was not answered. */
  #marker(text: string, error?: RunError): NewEvent {
    const { deps, first } = this.#parts;
    const { runId } = first.request;
    return customMessage(deps.ids.uuid(), this.#endedAt, {
      customType: "run-failed-before-reply",
      content: `This turn ended before a reply: ${text}`,
      display: true,
      details: { runId, error: error?.message ?? text },
    });
  }
}
