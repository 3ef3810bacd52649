import { googleError, type ProviderFailure } from "../failures.ts";
import type { Piece, Stop, Usage } from "../script.ts";
import { frame, joined, type Wire, type WireContext } from "./wire.ts";

/** Google's `generateContent`, streamed as server-sent events. Tool calls come whole. */
export class GoogleWire implements Wire {
  readonly #context: WireContext;

  constructor(context: WireContext) {
    this.#context = context;
  }

  open(): string {
    return "";
  }

  piece(piece: Piece): string {
    return frame(this.#answer([partOf(piece)], null));
  }

  close(stop: Stop, usage: Usage | undefined): string {
    return stop === "none" ? "" : frame(this.#answer([], finishReason(stop), usage));
  }

  failure(failure: ProviderFailure): string {
    return frame({ error: googleError(failure) });
  }

  whole(pieces: readonly Piece[], stop: Stop, usage: Usage | undefined): object {
    return this.#answer(joined(pieces).map(partOf), finishReason(stop), usage);
  }

  #answer(parts: readonly object[], finish: string | null, usage?: Usage): object {
    return {
      candidates: [
        { content: { role: "model", parts }, index: 0, ...(finish !== null && { finishReason: finish }) },
      ],
      ...(usage && { usageMetadata: usageOf(usage) }),
      modelVersion: this.#context.model,
      responseId: "resp_mock",
    };
  }
}

function partOf(piece: Piece): object {
  switch (piece.type) {
    case "text":
      return { text: piece.text };
    case "reasoning":
      return { text: piece.text, thought: true };
    case "toolCall":
      return { functionCall: { name: piece.name, args: JSON.parse(piece.arguments) as unknown } };
  }
}

function finishReason(stop: Stop): string {
  switch (stop) {
    case "length":
      return "MAX_TOKENS";
    case "filter":
      return "SAFETY";
    case "stop":
    case "toolUse":
    case "none":
      return "STOP";
  }
}

function usageOf(usage: Usage): object {
  return {
    promptTokenCount: usage.input,
    candidatesTokenCount: usage.output - (usage.reasoning ?? 0),
    totalTokenCount: usage.input + usage.output,
    cachedContentTokenCount: usage.cacheRead ?? 0,
    thoughtsTokenCount: usage.reasoning ?? 0,
  };
}
