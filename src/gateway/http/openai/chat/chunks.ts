import type { ClientToolCall } from "../../../../agent/index.ts";
import { ARGUMENT_PIECE_CHARS } from "../limits.ts";
import type { Refusal } from "../refusal.ts";
import type { SseAnswer } from "../sse.ts";
import type { ChatUsage } from "../usage.ts";

export type FinishReason = "stop" | "length" | "tool_calls";

/** What every chunk of one completion repeats. */
export interface CompletionHead {
  readonly id: string;
  /** Epoch seconds. */
  readonly created: number;
  readonly model: string;
}

/** Writes the chunks of a streamed completion. Their common beginning is made once: there is one chunk a token. */
export class ChatChunks {
  readonly #sse: SseAnswer;
  readonly #head: string;

  constructor(sse: SseAnswer, { id, created, model }: CompletionHead) {
    this.#sse = sse;
    this.#head = `{"id":${JSON.stringify(id)},"object":"chat.completion.chunk","created":${created},"model":${JSON.stringify(model)},"choices":`;
  }

  role(): void {
    this.#delta('{"role":"assistant"}');
  }

  content(text: string): void {
    if (text !== "") this.#delta(`{"content":${JSON.stringify(text)}}`);
  }

  /** Each call: its name first, then its arguments in pieces. */
  toolCalls(calls: readonly ClientToolCall[]): void {
    for (const [index, { id, name, arguments: given }] of calls.entries()) {
      const opening = { index, id, type: "function", function: { name, arguments: "" } };
      this.#delta(JSON.stringify({ tool_calls: [opening] }));
      for (const piece of pieces(JSON.stringify(given))) {
        this.#delta(JSON.stringify({ tool_calls: [{ index, function: { arguments: piece } }] }));
      }
    }
  }

  finish(reason: FinishReason, usage: ChatUsage | undefined): void {
    this.#delta("{}", reason);
    if (usage) this.#sse.send(`${this.#head}[],"usage":${JSON.stringify(usage)}}`);
    this.#sse.done();
  }

  /** The stream's status was sent long ago: a failure is an event. */
  fail(refusal: Refusal): void {
    this.#sse.send(JSON.stringify({ error: refusal.body }));
    this.#sse.done();
  }

  #delta(delta: string, reason?: FinishReason): void {
    const finish = reason === undefined ? "null" : `"${reason}"`;
    this.#sse.send(`${this.#head}[{"index":0,"delta":${delta},"finish_reason":${finish}}]}`);
  }
}

/** `text` in parts that never cut a character in two. */
function pieces(text: string): string[] {
  const parts: string[] = [];
  for (let start = 0; start < text.length;) {
    let end = start + ARGUMENT_PIECE_CHARS;
    if (end < text.length && isLead(text.charCodeAt(end - 1))) end -= 1;
    parts.push(text.slice(start, end));
    start = end;
  }
  return parts;
}

function isLead(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
