import type { SessionRecord, StoredEvent } from "../../../store/index.ts";
import { interruption, maySayAgain, TIMED_OUT_TEXT } from "../failure.ts";
import type { LiveRun } from "../live-run.ts";
import type { NewEvent } from "../record/events.ts";
import {
  abortedAnswer,
  failedAnswer,
  type LastWords,
  unansweredNote,
  unfinishedAnswer,
} from "../record/last-words.ts";
import type { RunOutcome } from "../run.ts";
import { Narrator } from "../voice/narrator.ts";
import { withFooter } from "./footer.ts";
import { Settlement, type SettlementParts } from "./settlement.ts";
import { nameOf } from "./tally.ts";

export interface FinishParts extends SettlementParts {
  readonly narrator: Narrator;
}

type RunError = NonNullable<RunOutcome["error"]>;

/** Stop reason of a run whose place a newer message took. */
const SUPERSEDED = "aborted";

/** The end of a turn: written down first, then told, in the order clients know. */
export class Finish {
  readonly #parts: FinishParts;
  readonly #endedAt: number;
  readonly #settlement: Settlement;

  constructor(parts: FinishParts) {
    this.#parts = parts;
    this.#endedAt = parts.deps.clock.now();
    this.#settlement = new Settlement(parts, this.#endedAt);
  }

  /** The model has said all it had to say. */
  async answered(): Promise<void> {
    const { narrator, tally, first } = this.#parts;
    const text = tally.answer;
    const { stopReason } = tally;
    const record = await this.#settlement.settle({ status: "ok", stopReason, text }, { status: "done" });
    const facts = {
      stopReason,
      aborted: false,
      livenessState: "working",
      ...(tally.calledTools && { replayInvalid: true }),
      endedAt: this.#endedAt,
    };
    narrator.lifecycle("finishing", facts);
    narrator.lifecycle("model", { provider: null, model: null });
    narrator.final(stopReason, this.#shown(first, text), {
      ...facts,
      startedAt: this.#startedAt,
      replayInvalid: tally.calledTools,
      ...this.#receipt(record, text),
      executionSettled: true,
    });
    for (const [run, voice] of this.#followed()) {
      voice.final(stopReason, this.#shown(run, text), this.#times());
    }
    this.#changed(record, "end");
  }

  /** The model could not be asked, or did not answer. */
  async failed(error: RunError): Promise<void> {
    const { narrator, tally, chronicle, first } = this.#parts;
    const { display = error.message } = error;
    const asked = tally.failure !== undefined && tally.providerStarted;
    const words = this.#words();
    // A channel says it again, so the transcript does not tell of every try.
    const { toolNames } = tally.facts();
    const isSaidAgain =
      first.request.kind === "channel" && maySayAgain({ status: "error", error, toolNames });
    const stored = isSaidAgain
      ? []
      : await this.#note(
          asked
            ? failedAnswer(words, tally.failure?.message, display)
            : unansweredNote(words, display, error.message),
        );
    const record = await this.#settlement.settle(
      { status: "error", stopReason: "error", text: "", error },
      { status: "error", lastRunError: display.replace(/^⚠️ /u, "") },
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
    this.#settlement.conclude();
  }

  /** The time was up. */
  async timedOut(phase: NonNullable<RunOutcome["timeoutPhase"]>, partial: string): Promise<void> {
    const { narrator, tally, first } = this.#parts;
    const { providerStarted } = tally;
    const model = { api: tally.last?.api ?? "openai-completions", ...tally.effective };
    await this.#say(
      providerStarted
        ? unfinishedAnswer(this.#words(), partial, model)
        : unansweredNote(this.#words(), TIMED_OUT_TEXT),
    );
    const error: RunError = { kind: "timeout", message: TIMED_OUT_TEXT, display: TIMED_OUT_TEXT };
    const record = await this.#settlement.settle(
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
    if (partial !== "") await this.#say(abortedAnswer(this.#words(), partial, reason));
    const record = await this.#settlement.settle(
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
    this.#settlement.conclude();
  }

  /** A newer message took the turn's place: what there was of an answer is shown once more, and not kept. */
  async superseded(partial: string, known: () => void): Promise<void> {
    const { narrator } = this.#parts;
    const record = await this.#settlement.settle(
      { status: "aborted", stopReason: SUPERSEDED, text: partial },
      { status: "aborted", abortedLastRun: true },
    );
    this.#settledChange(record);
    narrator.lifecycle("model", { provider: null, model: null });
    narrator.superseded(SUPERSEDED, partial, {
      ...this.#times(),
      error: "A newer message took this one's place",
      aborted: true,
      stopReason: SUPERSEDED,
      executionSettled: true,
    });
    for (const voice of this.#followers()) voice.aborted(SUPERSEDED, partial, this.#times());
    known();
    this.#phases(record, "error");
    this.#settlement.conclude();
  }

  /** The gateway stops: nothing is settled, so that the next one takes the turn up. */
  interrupted(): void {
    const error = interruption("resuming");
    this.#settlement.tell({ status: "interrupted", stopReason: "interrupted", text: "", error });
  }

  /** Something went wrong at the very end: whoever waits is told, and no more. */
  giveUp(error: RunError): void {
    this.#settlement.tell({ status: "error", stopReason: "error", text: "", error });
  }

  #changed(record: SessionRecord, phase: "end" | "error"): void {
    const isChat = this.#parts.first.request.kind === "chat";
    if (isChat) this.#settledChange(record);
    this.#phases(record, phase);
    this.#settlement.conclude();
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

  /** The answer as clients of the run see it. */
  #shown(run: LiveRun, text: string): string {
    return withFooter(text, this.#settlement.footer(run));
  }

  #followers(): Narrator[] {
    return this.#followed().map(([, voice]) => voice);
  }

  /** The runs that shared the turn with their voices: each tells its own end. */
  #followed(): (readonly [LiveRun, Narrator])[] {
    const { deps, audience, chronicle } = this.#parts;
    const { sessionId } = chronicle.record;
    return audience.runs.slice(1).map((run) => {
      const { runId, sessionKey, agentId, kind } = run.request;
      const facts = { runId, sessionKey, sessionId, agentId, kind, lane: run.lane };
      return [run, new Narrator(deps.events, facts, deps.clock)];
    });
  }

  async #note(event: NewEvent): Promise<readonly StoredEvent[]> {
    const { deps, chronicle, first } = this.#parts;
    try {
      return await chronicle.note({ events: [event] });
    } catch (error) {
      deps.logger.error("the end of a turn could not be written", { runId: first.request.runId, error });
      return [];
    }
  }

  async #say(event: NewEvent): Promise<void> {
    const { chronicle, first } = this.#parts;
    for (const stored of await this.#note(event)) chronicle.tell(stored, first.request.runId);
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

  #words(): LastWords {
    const { deps, first } = this.#parts;
    return { eventId: deps.ids.uuid(), runId: first.request.runId, at: this.#endedAt };
  }
}
