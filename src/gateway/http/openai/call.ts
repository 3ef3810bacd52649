import type { HttpOperator } from "../../auth/index.ts";
import type { Logger } from "../../../lib/logger.ts";
import { readJson } from "../body.ts";
import type { RouteContext } from "../route.ts";
import { internalError, Refusal } from "./refusal.ts";

/** One request with a JSON body, from an operator. */
export interface Call {
  readonly body: unknown;
  readonly headers: Headers;
  readonly operator: HttpOperator;
  /** Aborted when the caller leaves. */
  readonly gone: AbortSignal;
  /** Gives up a caller that does not read its answer. */
  readonly hangUp: () => void;
}

/** Status of answers to nobody, for the metrics. */
const CALLER_LEFT = 499;

/** Answers with what `work` makes of the request; what it throws becomes an error of the API. */
export async function answer(
  gone: AbortSignal,
  log: Logger,
  work: () => Response | Promise<Response>,
): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) return error.toResponse();
    if (gone.aborted) return new Response(null, { status: CALLER_LEFT });
    log.error("request failed", { error });
    return internalError().toResponse();
  }
}

/** Reads a request of at most `maxBytes` and answers it. The run behind it may take its time. */
export function answerCall(
  request: Request,
  { operator, keepOpen, hangUp }: RouteContext,
  maxBytes: number,
  log: Logger,
  work: (call: Call) => Promise<Response>,
): Promise<Response> {
  const gone = request.signal;
  return answer(gone, log, async () => {
    if (!operator) throw new Error("the route has no operator");
    const body = await readJson(request, maxBytes);
    if (!body.ok) return body.response;
    keepOpen();
    return work({ body: body.value, headers: request.headers, operator, gone, hangUp });
  });
}
