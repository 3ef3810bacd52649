import { jsonResponse } from "../../responses.ts";
import { type Answer, answerTurn } from "../answer.ts";
import type { Call } from "../call.ts";
import type { OpenAiDeps } from "../deps.ts";
import { SseAnswer } from "../sse.ts";
import type { EarlierResponses } from "./earlier.ts";
import { ResponseEvents } from "./events.ts";
import { readResponsesRequest } from "./request.ts";
import { callOutput, ended, failed, messageOutput, type ResponseHead } from "./resource.ts";
import { responseTurn, type ResponseTurn } from "./turn-request.ts";

/** `POST /v1/responses`. @throws Refusal */
export async function createResponse(
  call: Call,
  deps: OpenAiDeps,
  earlier: EarlierResponses,
): Promise<Response> {
  const request = readResponsesRequest(call.body);
  const asked = await responseTurn(request, call, deps, earlier);
  const head: ResponseHead = {
    id: asked.turn.id,
    created_at: Math.floor(deps.clock.now() / 1_000),
    model: request.model ?? "openclaw",
  };
  // Known before the end: a client may go on from a response that failed halfway.
  earlier.remember(head.id, asked.scope, asked.turn.target.sessionKey);
  if (request.stream !== true) return whole(asked, head, call.gone, deps);
  const sse = new SseAnswer(deps.clock, call.hangUp);
  void stream(asked, head, sse, call.gone, deps);
  return sse.response;
}

async function whole(
  { turn }: ResponseTurn,
  head: ResponseHead,
  gone: AbortSignal,
  deps: OpenAiDeps,
): Promise<Response> {
  const answer = await answerTurn(turn, gone, deps);
  if (!answer.ok) {
    const { status, headers } = answer.refusal;
    return jsonResponse(status, failed(head, answer), { ...headers });
  }
  return jsonResponse(200, ended(head, answer, outputOf(answer, deps)));
}

function outputOf(answer: Extract<Answer, { ok: true }>, { ids }: OpenAiDeps) {
  const message = messageOutput(`msg_${ids.uuid()}`, answer);
  const calls = answer.calls.map((call) => callOutput(`call_${ids.uuid()}`, call));
  return answer.text === "" && calls.length > 0 ? calls : [message, ...calls];
}

/** Streams the turn; every end of it is told in the stream. Never rejects. */
async function stream(
  { turn }: ResponseTurn,
  head: ResponseHead,
  sse: SseAnswer,
  gone: AbortSignal,
  deps: OpenAiDeps,
): Promise<void> {
  const { ids } = deps;
  const events = new ResponseEvents(sse, head, `msg_${ids.uuid()}`, () => `call_${ids.uuid()}`);
  events.begin();
  events.end(await answerTurn(turn, gone, deps, (piece) => events.text(piece)));
}
