import type { Answer } from "../answer.ts";
import type { SseAnswer } from "../sse.ts";
import { begun, callOutput, ended, failed, messageOutput, type ResponseHead } from "./resource.ts";

/** Writes the events of a streamed response: one message, told as it comes, then the calls of tools. */
export class ResponseEvents {
  readonly #sse: SseAnswer;
  readonly #head: ResponseHead;
  readonly #messageId: string;
  readonly #newCallId: () => string;
  /** Where the text of the message is; the same in every event about it. */
  readonly #place: { item_id: string; output_index: 0; content_index: 0 };
  readonly #delta: string;

  constructor(sse: SseAnswer, head: ResponseHead, messageId: string, newCallId: () => string) {
    this.#sse = sse;
    this.#head = head;
    this.#messageId = messageId;
    this.#newCallId = newCallId;
    this.#place = { item_id: messageId, output_index: 0, content_index: 0 };
    const start = JSON.stringify({ type: "response.output_text.delta", ...this.#place });
    this.#delta = `${start.slice(0, -1)},"delta":`;
  }

  begin(): void {
    const response = begun(this.#head);
    this.#send("response.created", { response });
    this.#send("response.in_progress", { response });
    const id = this.#messageId;
    const item = { type: "message", id, role: "assistant", content: [], status: "in_progress" };
    this.#send("response.output_item.added", { output_index: 0, item });
    this.#send("response.content_part.added", { ...this.#place, part: { type: "output_text", text: "" } });
  }

  text(piece: string): void {
    this.#sse.send(`${this.#delta}${JSON.stringify(piece)}}`, "response.output_text.delta");
  }

  end(answer: Answer): void {
    if (answer.ok) this.#complete(answer);
    else this.#send("response.failed", { response: failed(this.#head, answer) });
    this.#sse.done();
  }

  #complete(answer: Extract<Answer, { ok: true }>): void {
    const { text } = answer;
    this.#send("response.output_text.done", { ...this.#place, text });
    this.#send("response.content_part.done", { ...this.#place, part: { type: "output_text", text } });
    const message = messageOutput(this.#messageId, answer);
    this.#send("response.output_item.done", { output_index: 0, item: message });
    const calls = answer.calls.map((call, index) => {
      const item = callOutput(this.#newCallId(), call);
      const done = { ...item, status: "completed" as const };
      this.#send("response.output_item.added", { output_index: index + 1, item });
      this.#send("response.output_item.done", { output_index: index + 1, item: done });
      return done;
    });
    const response = ended(this.#head, answer, [message, ...calls]);
    this.#send(`response.${response.status}`, { response });
  }

  #send(type: string, fields: object): void {
    this.#sse.send(JSON.stringify({ type, ...fields }), type);
  }
}
