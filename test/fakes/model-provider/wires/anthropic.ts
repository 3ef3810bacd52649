import { anthropicError, type ProviderFailure } from "../failures.ts";
import type { Piece, Stop, Usage } from "../script.ts";
import { fragments, frame, joined, type Wire, type WireContext } from "./wire.ts";

const ID = "msg_mock";
const SIGNATURE = "c2lnbmF0dXJl";

/** Anthropic Messages. */
export class AnthropicWire implements Wire {
  readonly #context: WireContext;
  #blocks = 0;
  #open: Piece["type"] | undefined;
  #calls = 0;

  constructor(context: WireContext) {
    this.#context = context;
  }

  open(usage: Usage | undefined): string {
    const message = {
      ...this.#message([], null),
      usage: usage === undefined ? {} : { ...inputOf(usage), output_tokens: 1 },
    };
    return send({ type: "message_start", message }) + send({ type: "ping" });
  }

  piece(piece: Piece): string {
    switch (piece.type) {
      case "text":
        return (
          this.#enter("text", { type: "text", text: "" }) +
          this.#delta({ type: "text_delta", text: piece.text })
        );
      case "reasoning":
        return (
          this.#enter("reasoning", { type: "thinking", thinking: "", signature: "" }) +
          this.#delta({ type: "thinking_delta", thinking: piece.text })
        );
      case "toolCall": {
        const block = { type: "tool_use", id: this.#callId(piece), name: piece.name, input: {} };
        // Entered first: the fragments carry the index of the block that is open by then.
        const head = this.#enter("toolCall", block);
        const parts = fragments(piece.arguments).map((part) =>
          this.#delta({ type: "input_json_delta", partial_json: part }),
        );
        return head + parts.join("");
      }
    }
  }

  close(stop: Stop, usage: Usage | undefined, done: boolean): string {
    const delta = { stop_reason: stopReason(stop), stop_sequence: null };
    const counted = usage === undefined ? {} : { usage: { ...inputOf(usage), output_tokens: usage.output } };
    return (
      this.#leave() +
      (stop === "none" ? "" : send({ type: "message_delta", delta, ...counted })) +
      (done ? send({ type: "message_stop" }) : "")
    );
  }

  failure(failure: ProviderFailure): string {
    return send({ type: "error", error: anthropicError(failure, this.#context.model) });
  }

  whole(pieces: readonly Piece[], stop: Stop, usage: Usage | undefined): object {
    const content = joined(pieces).map((piece) => {
      switch (piece.type) {
        case "text":
          return { type: "text", text: piece.text };
        case "reasoning":
          return { type: "thinking", thinking: piece.text, signature: SIGNATURE };
        case "toolCall":
          return {
            type: "tool_use",
            id: this.#callId(piece),
            name: piece.name,
            input: JSON.parse(piece.arguments) as unknown,
          };
      }
    });
    return {
      ...this.#message(content, stopReason(stop)),
      usage: usage === undefined ? {} : { ...inputOf(usage), output_tokens: usage.output },
    };
  }

  #message(content: readonly object[], stop: string | null): object {
    return {
      id: ID,
      type: "message",
      role: "assistant",
      model: this.#context.model,
      content,
      stop_reason: stop,
      stop_sequence: null,
    };
  }

  #callId(piece: Extract<Piece, { type: "toolCall" }>): string {
    this.#calls += 1;
    return piece.id ?? `call_mock_${this.#context.earlierToolCalls + this.#calls}`;
  }

  /** Opens a block unless one of that kind is open; each tool call is a block of its own. */
  #enter(kind: Piece["type"], block: object): string {
    if (this.#open === kind && kind !== "toolCall") return "";
    const before = this.#leave();
    this.#open = kind;
    return before + send({ type: "content_block_start", index: this.#blocks, content_block: block });
  }

  #leave(): string {
    if (this.#open === undefined) return "";
    const signed =
      this.#open === "reasoning" ? this.#delta({ type: "signature_delta", signature: SIGNATURE }) : "";
    this.#open = undefined;
    const index = this.#blocks;
    this.#blocks += 1;
    return signed + send({ type: "content_block_stop", index });
  }

  #delta(delta: object): string {
    return send({ type: "content_block_delta", index: this.#blocks, delta });
  }
}

function send(event: Readonly<Record<string, unknown>> & { readonly type: string }): string {
  return frame(event, event.type);
}

function stopReason(stop: Stop): string | null {
  switch (stop) {
    case "stop":
      return "end_turn";
    case "length":
      return "max_tokens";
    case "toolUse":
      return "tool_use";
    case "filter":
      return "refusal";
    case "none":
      return null;
  }
}

function inputOf(usage: Usage): object {
  const cached = (usage.cacheRead ?? 0) + (usage.cacheWrite ?? 0);
  return {
    input_tokens: usage.input - cached,
    cache_read_input_tokens: usage.cacheRead ?? 0,
    cache_creation_input_tokens: usage.cacheWrite ?? 0,
  };
}
