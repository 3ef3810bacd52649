import { openAiError, type ProviderFailure } from "../failures.ts";
import type { Piece, Stop, Usage } from "../script.ts";
import { fragments, frame, joined, type Wire, type WireContext } from "./wire.ts";

const ID = "chatcmpl-mock";

/** OpenAI chat completions. */
export class CompletionsWire implements Wire {
  readonly #context: WireContext;
  readonly #created = Math.floor(Date.now() / 1000);
  #calls = 0;

  constructor(context: WireContext) {
    this.#context = context;
  }

  open(): string {
    return this.#delta({ role: "assistant", content: "", refusal: null });
  }

  piece(piece: Piece): string {
    switch (piece.type) {
      case "text":
        return this.#delta({ content: piece.text });
      case "reasoning":
        return this.#delta({ reasoning_content: piece.text });
      case "toolCall": {
        const index = this.#calls;
        const call = this.#call(piece);
        const head = { ...call, index, function: { ...call.function, arguments: "" } };
        return [
          this.#delta({ tool_calls: [head] }),
          ...fragments(piece.arguments).map((part) =>
            this.#delta({ tool_calls: [{ index, function: { arguments: part } }] }),
          ),
        ].join("");
      }
    }
  }

  close(stop: Stop, usage: Usage | undefined, done: boolean): string {
    const finish = stop === "none" ? "" : this.#delta({}, finishReason(stop));
    const counted =
      usage && this.#context.includeUsage ? frame({ ...this.#chunk([]), usage: usageOf(usage) }) : "";
    return finish + counted + (done ? frame("[DONE]") : "");
  }

  failure(failure: ProviderFailure): string {
    const request = { api: "openai-completions", model: this.#context.model } as const;
    return frame({ error: openAiError(failure, request) });
  }

  whole(pieces: readonly Piece[], stop: Stop, usage: Usage | undefined): object {
    const parts = joined(pieces);
    const text = parts.flatMap((piece) => (piece.type === "text" ? [piece.text] : [])).join("");
    const thought = parts.flatMap((piece) => (piece.type === "reasoning" ? [piece.text] : [])).join("");
    const calls = parts.flatMap((piece) => (piece.type === "toolCall" ? [this.#call(piece)] : []));
    const message = {
      role: "assistant",
      content: text === "" && calls.length > 0 ? null : text,
      refusal: null,
      ...(thought === "" ? {} : { reasoning_content: thought }),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
    };
    return {
      id: ID,
      object: "chat.completion",
      created: this.#created,
      model: this.#context.model,
      choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason(stop) }],
      ...(usage === undefined ? {} : { usage: usageOf(usage) }),
    };
  }

  #call(piece: Extract<Piece, { type: "toolCall" }>) {
    this.#calls += 1;
    return {
      id: piece.id ?? `call_mock_${this.#context.earlierToolCalls + this.#calls}`,
      type: "function",
      function: { name: piece.name, arguments: piece.arguments },
    };
  }

  #delta(delta: object, finish: string | null = null): string {
    return frame(this.#chunk([{ index: 0, delta, logprobs: null, finish_reason: finish }]));
  }

  #chunk(choices: readonly object[]): object {
    return {
      id: ID,
      object: "chat.completion.chunk",
      created: this.#created,
      model: this.#context.model,
      system_fingerprint: "fp_mock",
      choices,
    };
  }
}

function finishReason(stop: Stop): string | null {
  switch (stop) {
    case "stop":
    case "length":
      return stop;
    case "toolUse":
      return "tool_calls";
    case "filter":
      return "content_filter";
    case "none":
      return null;
  }
}

function usageOf(usage: Usage): object {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cacheRead ?? 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: usage.reasoning ?? 0, audio_tokens: 0 },
  };
}
