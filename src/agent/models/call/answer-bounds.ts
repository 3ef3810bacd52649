import type { AssistantMessageEvent } from "@earendil-works/pi-ai";
import { MAX_ANSWER_CHARS, MAX_ARGUMENT_DEPTH } from "../limits.ts";

/** Watches how much a model says and how deep the arguments of its calls nest, while they are written. */
export class AnswerBounds {
  #chars = 0;
  readonly #nesting = new Map<number, Nesting>();

  /** What is out of bounds; undefined while nothing is. */
  take(event: AssistantMessageEvent): string | undefined {
    if (!("delta" in event)) return undefined;
    this.#chars += event.delta.length;
    if (this.#chars > MAX_ANSWER_CHARS) return `said more than ${MAX_ANSWER_CHARS} characters in one answer`;
    if (event.type !== "toolcall_delta") return undefined;
    const nesting = this.#nesting.get(event.contentIndex) ?? new Nesting();
    this.#nesting.set(event.contentIndex, nesting);
    return nesting.take(event.delta) > MAX_ARGUMENT_DEPTH
      ? `wrote arguments of a tool that nest deeper than ${MAX_ARGUMENT_DEPTH} levels`
      : undefined;
  }
}

/** How deep a JSON text that comes in pieces nests. */
class Nesting {
  #depth = 0;
  #deepest = 0;
  #inString = false;
  #escaped = false;

  /** The deepest level so far. */
  take(piece: string): number {
    for (const char of piece) {
      if (this.#escaped) this.#escaped = false;
      else if (this.#inString) {
        if (char === "\\") this.#escaped = true;
        else if (char === '"') this.#inString = false;
      } else if (char === '"') this.#inString = true;
      else if (char === "{" || char === "[") this.#deepest = Math.max(this.#deepest, (this.#depth += 1));
      else if (char === "}" || char === "]") this.#depth -= 1;
    }
    return this.#deepest;
  }
}
