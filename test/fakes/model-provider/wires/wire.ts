import type { ProviderFailure } from "../failures.ts";
import type { Piece, Stop, Usage } from "../script.ts";

/** What an encoder needs to know of the request it answers. */
export interface WireContext {
  readonly model: string;
  /** The caller asked for usage at the end of a stream (OpenAI chat completions send none unasked). */
  readonly includeUsage: boolean;
  /** Number of tool calls in the conversation so far, from which ids of new ones are counted. */
  readonly earlierToolCalls: number;
}

/** Makes frames of one API out of what a model says; one instance serves one response. */
export interface Wire {
  /** Frames sent before the first piece. */
  open(usage: Usage | undefined): string;
  piece(piece: Piece): string;
  /** Frames after the last piece; `done` false leaves out the API's end marker. */
  close(stop: Stop, usage: Usage | undefined, done: boolean): string;
  /** A failure told inside the stream. */
  failure(failure: ProviderFailure): string;
  /** The whole answer as one JSON value, for callers that do not stream. */
  whole(pieces: readonly Piece[], stop: Stop, usage: Usage | undefined): object;
}

/** A server-sent event; without a name for APIs that use data lines only. */
export function frame(data: unknown, event?: string): string {
  const name = event === undefined ? "" : `event: ${event}\n`;
  return `${name}data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
}

/** Arguments in the small fragments models write them in. */
export function fragments(json: string): string[] {
  const size = 12;
  return Array.from({ length: Math.ceil(json.length / size) }, (_, index) =>
    json.slice(index * size, (index + 1) * size),
  );
}

/** Neighbouring text and reasoning pieces joined, as a whole answer carries them. */
export function joined(pieces: readonly Piece[]): Piece[] {
  const result: Piece[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    if (piece.type !== "toolCall" && last?.type === piece.type) {
      result[result.length - 1] = { type: piece.type, text: last.text + piece.text };
    } else {
      result.push(piece);
    }
  }
  return result;
}
