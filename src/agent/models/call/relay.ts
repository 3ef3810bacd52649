import type {
  Api,
  AssistantMessage,
  AssistantMessageEvent,
  AssistantMessageEventStream,
  Model as EngineModel,
} from "@earendil-works/pi-ai";
import type { ModelRef } from "../model.ts";

/**
 * The stream a turn listens to, over all attempts: one that takes the place of a broken one begins with `start` again,
 * from an empty message. It ends exactly once.
 */
export class Relay {
  readonly #out: AssistantMessageEventStream;
  readonly #now: () => number;
  #partial: AssistantMessage | undefined;
  #ended = false;

  constructor(out: AssistantMessageEventStream, now: () => number) {
    this.#out = out;
    this.#now = now;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Passes on what an attempt says on its way. */
  forward(event: Exclude<AssistantMessageEvent, { type: "done" | "error" }>): void {
    if (this.#ended) return;
    this.#partial = event.partial;
    this.#out.push(event);
  }

  done(message: AssistantMessage, reason: Extract<AssistantMessageEvent, { type: "done" }>["reason"]): void {
    this.#end({ type: "done", reason, message });
  }

  /** Ends with an error, on what was said last. */
  fail(model: EngineModel<Api>, errorMessage: string): void {
    this.#end({ type: "error", reason: "error", error: this.#last(model, "error", errorMessage) });
  }

  /** Ends at once because somebody said so; what was said so far stays. */
  abort(model: EngineModel<Api>): void {
    const error = this.#last(model, "aborted", "aborted");
    this.#end({ type: "error", reason: "aborted", error });
  }

  #last(model: EngineModel<Api>, stopReason: "error" | "aborted", errorMessage: string): AssistantMessage {
    // A copy: the attempt may still be writing into its own.
    const last =
      this.#partial === undefined ? emptyMessage(model, this.#now()) : structuredClone(this.#partial);
    return { ...last, stopReason, errorMessage };
  }

  #end(event: Extract<AssistantMessageEvent, { type: "done" | "error" }>): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#out.push(event);
    this.#out.end();
  }
}

/** A message of a model that has not said anything. */
export function emptyMessage(model: EngineModel<Api>, timestamp: number): AssistantMessage {
  return {
    role: "assistant",
    content: [],
    api: model.api,
    provider: model.provider,
    model: model.id,
    usage: {
      input: 0,
      output: 0,
      cacheRead: 0,
      cacheWrite: 0,
      totalTokens: 0,
      cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 },
    },
    stopReason: "pending",
    timestamp,
  };
}

/** Stands for a model of which nothing is known. */
export function placeholderModel({ provider, model }: ModelRef): EngineModel<Api> {
  return {
    id: model,
    name: model,
    api: "unknown",
    provider,
    baseUrl: "",
    reasoning: false,
    input: ["text"],
    cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    contextWindow: 0,
    maxTokens: 0,
  };
}
