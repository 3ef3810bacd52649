import type { Clock } from "../../../lib/clock.ts";
import type { RunEvents, RunFacts } from "../run-events.ts";
import type { Piece } from "./coalescer.ts";

export type RunStatusPhase = "preparing_workspace" | "preparing_context" | "starting_model";

/** Facts of a lifecycle frame besides its phase. */
export type LifecycleData = Readonly<Record<string, unknown>>;

/**
 * Tells clients of one run, frame by frame: counts them, pairs each `agent` frame with its `chat` frame, and says how the
 * run ended exactly once.
 */
export class Narrator {
  readonly #events: RunEvents;
  readonly #facts: RunFacts;
  readonly #clock: Clock;
  #seq = 0;
  #ended = false;

  constructor(events: RunEvents, facts: RunFacts, clock: Clock) {
    this.#events = events;
    this.#facts = facts;
    this.#clock = clock;
  }

  /** A chat run says what it waits for; others do not. */
  status(phase: RunStatusPhase): void {
    if (this.#ended || this.#facts.kind !== "chat") return;
    const seq = ++this.#seq;
    this.#chat(seq, { state: "status", phase });
    this.#events.agent(this.#facts, "run_status", { phase }, seq);
  }

  lifecycle(phase: string, data: LifecycleData = {}): void {
    if (!this.#ended) this.#agent("lifecycle", { phase, ...data });
  }

  /** What follows the end of a run that was ended from outside. */
  trail(phase: string, data: LifecycleData): void {
    this.#agent("lifecycle", { phase, ...data });
  }

  /** One frame of another stream: `usage`, `item`, `tool`, `command_output`, `compaction`. */
  stream(stream: string, data: Readonly<Record<string, unknown>>): void {
    if (!this.#ended) this.#agent(stream, data);
  }

  /** More of an answer. */
  text({ full, delta, replaced }: Piece, itemId: string): void {
    if (this.#ended) return;
    const replace = replaced ? { replace: true } : {};
    const seq = this.#agent("assistant", { text: full, delta, ...replace, itemId });
    this.#chat(seq, { state: "delta", deltaText: delta, ...replace, message: this.#message(full) });
  }

  /** The run came to its end; an empty answer is none. */
  final(stopReason: string, text: string, end: LifecycleData): void {
    if (!this.#end()) return;
    const seq = this.#agent("lifecycle", { ...end, phase: "end" });
    this.#chat(seq, {
      state: "final",
      stopReason,
      ...(text !== "" && { message: this.#message(text) }),
    });
  }

  /** Somebody ended the run; `text` is what there was of an answer. */
  aborted(stopReason: string, text: string, end: LifecycleData): void {
    if (!this.#end()) return;
    const seq = ++this.#seq;
    this.#chat(seq, {
      state: "aborted",
      stopReason,
      ...(text !== "" && { message: this.#message(text) }),
    });
    const data = { phase: "end", status: "cancelled", aborted: true, stopReason, ...end };
    this.#events.agent(this.#facts, "lifecycle", data, seq);
  }

  /** A newer message took the run's place. */
  superseded(stopReason: string, text: string, end: LifecycleData): void {
    if (!this.#end()) return;
    const seq = this.#agent("lifecycle", { ...end, phase: "error" });
    this.#chat(seq, {
      state: "aborted",
      stopReason,
      ...(text !== "" && { message: this.#message(text) }),
    });
  }

  /** The run failed, or its time was up. */
  failed(error: string, chat: Readonly<Record<string, unknown>>, end: LifecycleData): void {
    if (!this.#end()) return;
    const seq = this.#agent("lifecycle", { ...end, phase: "error", error });
    this.#chat(seq, { state: "error", errorMessage: error, ...chat });
  }

  #end(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    return true;
  }

  #agent(stream: string, data: Readonly<Record<string, unknown>>): number {
    const seq = ++this.#seq;
    this.#events.agent(this.#facts, stream, data, seq);
    return seq;
  }

  #chat(seq: number, frame: Readonly<Record<string, unknown>>): void {
    this.#events.chat(this.#facts, seq, frame);
  }

  #message(text: string): Readonly<Record<string, unknown>> {
    return { role: "assistant", content: [{ type: "text", text }], timestamp: this.#clock.now() };
  }
}
