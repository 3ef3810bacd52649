import type { AssistantMessage, ToolResultMessage } from "@earendil-works/pi-ai";
import type { Chronicle } from "../record/chronicle.ts";
import { messageEvent } from "../record/events.ts";
import type { RunRequest } from "../run.ts";
import { Coalescer } from "../voice/coalescer.ts";
import { isSilent, parseDirectives } from "../voice/directives.ts";
import type { Narrator } from "../voice/narrator.ts";
import type { Audience } from "./audience.ts";
import type { AnswerListener } from "../model/model-stream.ts";
import type { Setting } from "./setting.ts";
import { type Tally, textOf } from "./tally.ts";
import type { TurnDeps } from "./turn-deps.ts";
import { promptTokens, usageRecord } from "../model/usage.ts";

export interface AnswerParts {
  readonly deps: Pick<TurnDeps, "clock" | "ids">;
  readonly request: RunRequest;
  readonly setting: Setting;
  readonly chronicle: Chronicle;
  readonly narrator: Narrator;
  readonly audience: Audience;
  readonly tally: Tally;
}

/** The model's messages of a turn: shown while they are written, written down when they are complete. */
export class Answers implements AnswerListener {
  readonly #parts: AnswerParts;
  readonly #coalescer: Coalescer;
  readonly #itemBase: string;
  #item = 0;
  #askedAt = 0;

  constructor(parts: AnswerParts) {
    const { deps, narrator, audience } = parts;
    this.#parts = parts;
    this.#itemBase = deps.ids.uuid();
    this.#coalescer = new Coalescer(deps.clock, (piece) => {
      audience.text = piece.full;
      narrator.text(piece, `${this.#itemBase}:${this.#item}`);
      audience.tell((observer) => observer.text?.(piece));
    });
  }

  /** Model calls so far. */
  get calls(): number {
    return this.#item;
  }

  /** The model is about to be asked. */
  asked(): void {
    this.#item += 1;
    this.#askedAt = this.#parts.deps.clock.monotonic();
  }

  begins(): void {
    this.#coalescer.restart();
  }

  text(delta: string): void {
    this.#coalescer.push(delta);
  }

  /** Shows what was held back of a message that will not be completed; returns all that was shown of it. */
  cutOff(): string {
    this.#coalescer.flush();
    this.#coalescer.stop();
    return this.#coalescer.shown;
  }

  /** A message is complete: it is written down before anybody hears of it. @throws StoreError, SupersededError */
  async complete(message: AssistantMessage): Promise<void> {
    // A message that failed is not the model's; how the turn ends says what becomes of it.
    if (message.stopReason === "error" || message.stopReason === "aborted") return;
    const { deps, request, tally, chronicle, narrator, audience } = this.#parts;
    const text = isSilent(textOf(message)) ? "" : parseDirectives(textOf(message)).text;
    this.#coalescer.finish(text);
    tally.add(message);
    narrator.stream("usage", { outputTokens: tally.usage.output });
    const isFinal = !message.content.some((part) => part.type === "toolCall");
    const at = deps.clock.now();
    const usage = this.#usage(message, at);
    await chronicle.say(
      {
        events: [messageEvent(deps.ids.uuid(), at, this.#signed(message))],
        entry: {
          inputTokens: tally.usage.input,
          outputTokens: tally.usage.output,
          totalTokens: promptTokens(tally.lastCallUsage),
          contextTokens: tally.contextTokens,
          costTotal: (chronicle.record.entry.costTotal ?? 0) + tally.lastCallUsage.cost,
          systemSent: true,
          lastActivityAt: at,
        },
        ...(usage && { usage: [usage] }),
      },
      isFinal ? request.runId : undefined,
    );
    audience.text = "";
    audience.tell((observer) => observer.message?.(text, isFinal));
  }

  /** A tool's answer; the engine tells of them when all calls of a message are answered. @throws StoreError, SupersededError */
  async result(message: ToolResultMessage): Promise<void> {
    const { deps, chronicle } = this.#parts;
    const event = messageEvent(deps.ids.uuid(), deps.clock.now(), this.#signed(message));
    await chronicle.note({ events: [event] });
  }

  #usage(message: AssistantMessage, at: number) {
    const { deps, request, chronicle, setting } = this.#parts;
    const durationMs = deps.clock.monotonic() - this.#askedAt;
    const priced = setting.info.cost !== undefined;
    return usageRecord(message, request, chronicle.record, { at, priced, durationMs });
  }

  #signed(message: object): object {
    return { ...message, __openclaw: { runId: this.#parts.request.runId } };
  }
}
