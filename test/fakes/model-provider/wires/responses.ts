import { openAiError, type ProviderFailure } from "../failures.ts";
import type { Piece, Stop, Usage } from "../script.ts";
import { fragments, frame, joined, type Wire, type WireContext } from "./wire.ts";

const ID = "resp_mock";

type Item = Readonly<Record<string, unknown>> & { readonly id: string };

/** OpenAI Responses. */
export class ResponsesWire implements Wire {
  readonly #context: WireContext;
  readonly #createdAt = Math.floor(Date.now() / 1000);
  readonly #output: Item[] = [];
  #sequence = 0;
  #calls = 0;
  /** The item pieces are being added to; an item ends when a piece of another kind comes. */
  #open: { readonly type: "text" | "reasoning"; readonly id: string; text: string } | undefined;

  constructor(context: WireContext) {
    this.#context = context;
  }

  open(): string {
    const response = this.#response("in_progress", [], undefined);
    return this.#send("response.created", { response }) + this.#send("response.in_progress", { response });
  }

  piece(piece: Piece): string {
    if (piece.type === "toolCall") return this.#leave() + this.#functionCall(piece);
    const before = this.#enter(piece.type);
    if (this.#open) this.#open.text += piece.text;
    const place = { item_id: this.#open?.id, output_index: this.#output.length, delta: piece.text };
    const delta =
      piece.type === "text"
        ? this.#send("response.output_text.delta", { ...place, content_index: 0, logprobs: [] })
        : this.#send("response.reasoning_summary_text.delta", { ...place, summary_index: 0 });
    return before + delta;
  }

  close(stop: Stop, usage: Usage | undefined, done: boolean): string {
    const before = this.#leave();
    if (!done || stop === "none") return before;
    const incomplete = stop === "length" || stop === "filter";
    const response = this.#response(incomplete ? "incomplete" : "completed", this.#output, usage, stop);
    return before + this.#send(incomplete ? "response.incomplete" : "response.completed", { response });
  }

  failure(failure: ProviderFailure): string {
    const { message, code, param } = openAiError(failure, {
      api: "openai-responses",
      model: this.#context.model,
    });
    return this.#send("error", { code: code ?? "server_error", message, param });
  }

  whole(pieces: readonly Piece[], stop: Stop, usage: Usage | undefined): object {
    for (const piece of joined(pieces)) this.piece(piece);
    this.#leave();
    const status = stop === "length" || stop === "filter" ? "incomplete" : "completed";
    return this.#response(status, this.#output, usage, stop);
  }

  #enter(type: "text" | "reasoning"): string {
    if (this.#open?.type === type) return "";
    const before = this.#leave();
    const output_index = this.#output.length;
    const id = `${type === "text" ? "msg" : "rs"}_mock_${output_index + 1}`;
    this.#open = { type, id, text: "" };
    if (type === "text") {
      const item = { id, type: "message", status: "in_progress", role: "assistant", content: [] };
      const part = { type: "output_text", annotations: [], logprobs: [], text: "" };
      return (
        before +
        this.#send("response.output_item.added", { output_index, item }) +
        this.#send("response.content_part.added", { item_id: id, output_index, content_index: 0, part })
      );
    }
    const item = { id, type: "reasoning", summary: [] };
    const part = { type: "summary_text", text: "" };
    return (
      before +
      this.#send("response.output_item.added", { output_index, item }) +
      this.#send("response.reasoning_summary_part.added", {
        item_id: id,
        output_index,
        summary_index: 0,
        part,
      })
    );
  }

  #leave(): string {
    const open = this.#open;
    if (open === undefined) return "";
    this.#open = undefined;
    const { id, text } = open;
    const output_index = this.#output.length;
    const place = { item_id: id, output_index };
    if (open.type === "text") {
      const part = { type: "output_text", annotations: [], logprobs: [], text };
      const item = { id, type: "message", status: "completed", role: "assistant", content: [part] };
      this.#output.push(item);
      return (
        this.#send("response.output_text.done", { ...place, content_index: 0, text, logprobs: [] }) +
        this.#send("response.content_part.done", { ...place, content_index: 0, part }) +
        this.#send("response.output_item.done", { output_index, item })
      );
    }
    const part = { type: "summary_text", text };
    const item = { id, type: "reasoning", summary: [part] };
    this.#output.push(item);
    return (
      this.#send("response.reasoning_summary_text.done", { ...place, summary_index: 0, text }) +
      this.#send("response.reasoning_summary_part.done", { ...place, summary_index: 0, part }) +
      this.#send("response.output_item.done", { output_index, item })
    );
  }

  #functionCall(piece: Extract<Piece, { type: "toolCall" }>): string {
    this.#calls += 1;
    const number = this.#context.earlierToolCalls + this.#calls;
    const output_index = this.#output.length;
    const id = `fc_mock_${number}`;
    const head = { id, type: "function_call", call_id: piece.id ?? `call_mock_${number}`, name: piece.name };
    const item = { ...head, status: "completed", arguments: piece.arguments };
    const begun = { ...head, status: "in_progress", arguments: "" };
    this.#output.push(item);
    const place = { item_id: id, output_index };
    return [
      this.#send("response.output_item.added", { output_index, item: begun }),
      ...fragments(piece.arguments).map((delta) =>
        this.#send("response.function_call_arguments.delta", { ...place, delta }),
      ),
      this.#send("response.function_call_arguments.done", { ...place, arguments: piece.arguments }),
      this.#send("response.output_item.done", { output_index, item }),
    ].join("");
  }

  #response(status: string, output: readonly Item[], usage: Usage | undefined, stop?: Stop): object {
    const reason = stop === "filter" ? "content_filter" : "max_output_tokens";
    return {
      id: ID,
      object: "response",
      created_at: this.#createdAt,
      status,
      error: null,
      incomplete_details: status === "incomplete" ? { reason } : null,
      model: this.#context.model,
      output: [...output],
      parallel_tool_calls: true,
      ...(usage === undefined ? {} : { usage: usageOf(usage) }),
    };
  }

  #send(type: string, fields: object): string {
    const sequence_number = this.#sequence;
    this.#sequence += 1;
    return frame({ type, sequence_number, ...fields }, type);
  }
}

function usageOf(usage: Usage): object {
  return {
    input_tokens: usage.input,
    input_tokens_details: { cached_tokens: usage.cacheRead ?? 0 },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: usage.reasoning ?? 0 },
    total_tokens: usage.input + usage.output,
  };
}
