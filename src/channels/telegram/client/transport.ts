import { type Egress, EgressError, type EgressPolicy } from "../../../lib/egress/index.ts";
import { isRecord } from "../../../lib/records.ts";
import type { SendFailure } from "../../outbound-message.ts";
import type { CallTrouble } from "./call-error.ts";
import { MAX_ANSWER_BYTES } from "./limits.ts";

/** A request that brought no answer of the Bot API. Says nothing of the address, since the token is part of it. */
export class TransportError extends Error {
  override readonly name = "TransportError";

  constructor(
    readonly failure: SendFailure,
    readonly trouble: CallTrouble,
    message: string,
    readonly code?: number,
  ) {
    super(message);
  }
}

/** An answer whose body was read already. */
class Answer extends Response {
  constructor(
    readonly value: unknown,
    status: number,
  ) {
    super(null, { status });
  }

  override json = (): Promise<unknown> => Promise.resolve(this.value);
}

/** What the Bot API is spoken to with: deadlines are the caller's, whose signal ends the request. */
const NO_LIMITS = { responseTimeoutMs: 0, idleTimeoutMs: 0, totalTimeoutMs: 0, maxRedirects: 0 };

export interface TransportInit {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: NonNullable<RequestInit["body"]>;
  readonly signal: AbortSignal;
}

/** How a request is made. */
export interface Way {
  readonly egress: Egress;
  readonly policy: EgressPolicy;
  /** A connection that was kept from before may be used. */
  readonly mayReuse: boolean;
}

/** Makes one request to the Bot API and reads its answer to the end. @throws TransportError */
export async function exchange(url: string, init: TransportInit, way: Way): Promise<Response> {
  const { method, headers, body, signal } = init;
  let response: Response;
  let text: string;
  try {
    const sent = { method, headers, body, signal, keepalive: way.mayReuse };
    response = await way.egress.request(url, sent, way.policy, { ...NO_LIMITS, maxBytes: MAX_ANSWER_BYTES });
    text = await response.text();
  } catch (error) {
    throw transportError(error, signal);
  }
  const value = parsed(text);
  if (isRecord(value) && typeof value["ok"] === "boolean") return new Answer(value, response.status);
  throw foreignAnswer(response);
}

/** What a failed request is called. */
export function transportError(error: unknown, signal: AbortSignal): TransportError {
  if (error instanceof TransportError) return error;
  if (signal.aborted) return new TransportError("uncertain", "aborted", "it was broken off");
  if (!(error instanceof EgressError))
    return new TransportError("uncertain", "broken", "the connection broke");
  if (error.kind === "refused") return new TransportError("not-ready", "not-allowed", error.message);
  if (error.unsent) return new TransportError("busy", "unreached", error.message);
  if (error.kind === "redirects") {
    return new TransportError("busy", "broken", "the address redirects; apiRoot is not a Bot API server");
  }
  return new TransportError("uncertain", error.kind === "timeout" ? "timeout" : "broken", error.message);
}

/** Something else than the Bot API answered: a front, a proxy, a portal. */
function foreignAnswer({ status }: Response): TransportError {
  const what = `what answered is not the Bot API (HTTP ${status})`;
  if (status === 429) return new TransportError("busy", "flood", what, status);
  if (status === 413)
    return new TransportError("refused", "refused", `the file is too large (HTTP 413)`, status);
  // A front may fail after it has passed the call on; success may be cut off on the way.
  if (status >= 500) return new TransportError("uncertain", "server", what, status);
  if (status >= 200 && status < 300) return new TransportError("uncertain", "broken", what, status);
  return new TransportError("busy", "broken", what, status);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
