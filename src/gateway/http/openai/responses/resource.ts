import type { ClientToolCall } from "../../../../agent/index.ts";
import type { Answer } from "../answer.ts";
import { NO_USAGE, type ResponseUsage, responseUsage } from "../usage.ts";

type Phase = "commentary" | "final_answer";
type ItemStatus = "in_progress" | "completed" | "incomplete";
type Status = ItemStatus | "failed";

export interface MessageOutput {
  readonly type: "message";
  readonly id: string;
  readonly role: "assistant";
  readonly content: readonly { readonly type: "output_text"; readonly text: string }[];
  readonly phase?: Phase;
  readonly status: ItemStatus;
}

export interface CallOutput {
  readonly type: "function_call";
  readonly id: string;
  readonly call_id: string;
  readonly name: string;
  readonly arguments: string;
  readonly status?: ItemStatus;
}

/** A response as it is told: at the end of a request, or at the ends of a stream. */
export interface ResponseResource {
  readonly id: string;
  readonly object: "response";
  /** Epoch seconds. */
  readonly created_at: number;
  readonly status: Status;
  readonly model: string;
  readonly output: readonly (MessageOutput | CallOutput)[];
  readonly usage: ResponseUsage;
  readonly error?: { readonly code: string; readonly message: string };
  readonly incomplete_details?: { readonly reason: "max_output_tokens" };
}

/** What all stages of one response have in common. */
export type ResponseHead = Pick<ResponseResource, "id" | "created_at" | "model">;

/** A response that has begun. */
export function begun(head: ResponseHead): ResponseResource {
  return resource(head, "in_progress", [], responseUsage(NO_USAGE));
}

/** A response at its end. */
export function ended(
  head: ResponseHead,
  answer: Extract<Answer, { ok: true }>,
  output: ResponseResource["output"],
): ResponseResource {
  const whole = resource(head, statusOf(answer), output, responseUsage(answer.usage));
  return answer.cut ? { ...whole, incomplete_details: { reason: "max_output_tokens" } } : whole;
}

export function failed(head: ResponseHead, answer: Extract<Answer, { ok: false }>): ResponseResource {
  const { type: code, message } = answer.refusal;
  return {
    ...resource(head, "failed", [], responseUsage(answer.usage)),
    error: { code, message },
  };
}

function resource(
  { id, created_at, model }: ResponseHead,
  status: Status,
  output: ResponseResource["output"],
  usage: ResponseUsage,
): ResponseResource {
  return { id, object: "response", created_at, status, model, output, usage };
}

/** The message of an answer. Before calls of tools it is commentary. */
export function messageOutput(id: string, answer: Extract<Answer, { ok: true }>): MessageOutput {
  return {
    type: "message",
    id,
    role: "assistant",
    content: [{ type: "output_text", text: answer.text }],
    phase: answer.calls.length > 0 ? "commentary" : "final_answer",
    status: statusOf(answer),
  };
}

export function callOutput(id: string, call: ClientToolCall): CallOutput {
  return {
    type: "function_call",
    id,
    call_id: call.id,
    name: call.name,
    arguments: JSON.stringify(call.arguments),
  };
}

function statusOf({ cut }: { readonly cut: boolean }): "completed" | "incomplete" {
  return cut ? "incomplete" : "completed";
}
