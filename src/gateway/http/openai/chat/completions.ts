import { jsonResponse } from "../../responses.ts";
import { type Answer, answerTurn } from "../answer.ts";
import type { Call } from "../call.ts";
import type { OpenAiDeps } from "../deps.ts";
import { SseAnswer } from "../sse.ts";
import type { TurnRequest } from "../turn.ts";
import { chatUsage } from "../usage.ts";
import { ChatChunks, type CompletionHead, type FinishReason } from "./chunks.ts";
import { readChatRequest } from "./request.ts";
import { chatTurn } from "./turn-request.ts";

type Answered = Extract<Answer, { ok: true }>;

/** `POST /v1/chat/completions`. @throws Refusal */
export async function chatCompletion(call: Call, deps: OpenAiDeps): Promise<Response> {
  const request = readChatRequest(call.body);
  const turn = await chatTurn(request, call, deps);
  const head: CompletionHead = {
    id: turn.id,
    created: Math.floor(deps.clock.now() / 1_000),
    model: request.model ?? "openclaw",
  };
  if (request.stream === true) {
    const sse = new SseAnswer(deps.clock, call.hangUp);
    const withUsage = request.stream_options?.include_usage === true;
    void stream(turn, new ChatChunks(sse, head), withUsage, call.gone, deps);
    return sse.response;
  }
  const answer = await answerTurn(turn, call.gone, deps);
  return answer.ok ? jsonResponse(200, completion(head, answer)) : answer.refusal.toResponse();
}

/** Streams the turn; every end of it is told in the stream. Never rejects. */
async function stream(
  turn: TurnRequest,
  chunks: ChatChunks,
  withUsage: boolean,
  gone: AbortSignal,
  deps: OpenAiDeps,
): Promise<void> {
  chunks.role();
  const answer = await answerTurn(turn, gone, deps, (piece) => chunks.content(piece));
  if (!answer.ok) {
    chunks.fail(answer.refusal);
    return;
  }
  chunks.toolCalls(answer.calls);
  chunks.finish(finishReason(answer), withUsage ? chatUsage(answer.usage) : undefined);
}

function completion({ id, created, model }: CompletionHead, answer: Answered) {
  const message = {
    role: "assistant",
    content: answer.text,
    ...(answer.calls.length > 0 && {
      tool_calls: answer.calls.map((called) => ({
        id: called.id,
        type: "function",
        function: { name: called.name, arguments: JSON.stringify(called.arguments) },
      })),
    }),
  };
  return {
    id,
    object: "chat.completion",
    created,
    model,
    choices: [{ index: 0, message, finish_reason: finishReason(answer) }],
    usage: chatUsage(answer.usage),
  };
}

function finishReason({ calls, cut }: Answered): FinishReason {
  if (calls.length > 0) return "tool_calls";
  return cut ? "length" : "stop";
}
