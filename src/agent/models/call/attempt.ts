import type {
  Api,
  AssistantMessageEvent,
  Model as EngineModel,
  ProviderStreams,
} from "@earendil-works/pi-ai";
import type { Clock } from "../../../lib/clock.ts";
import { Deadline } from "../../../lib/deadline.ts";
import { type Egress, EgressError } from "../../../lib/egress/index.ts";
import { isOwnServer } from "../catalog/index.ts";
import type { Credential } from "../credentials/index.ts";
import { CLOUD_IDLE_MS, MAX_ANSWER_BYTES, SELF_HOSTED_IDLE_MS } from "../limits.ts";
import type { ModelCall } from "../model.ts";
import { AnswerBounds } from "./answer-bounds.ts";
import { takesFetch } from "./api-modules.ts";
import { classify } from "./classify.ts";
import type { Fault } from "./fault.ts";
import type { Relay } from "./relay.ts";
import { requestOptions, type RequestParts } from "./request-options.ts";
import { Witness } from "./witness.ts";

export interface AttemptDeps {
  readonly egress: Egress;
  readonly clock: Clock;
}

/** One request to one model with one credential. */
export interface Attempt {
  readonly call: ModelCall;
  readonly model: EngineModel<Api>;
  readonly credential: Credential;
  readonly streams: ProviderStreams;
  /** Longest a request may take and be silent, as configured, ms; 0 for the usual silence and no other limit. */
  readonly timeoutMs: number;
  readonly extras: Pick<RequestParts, "params" | "authHeader" | "sessionHeader" | "variables">;
}

/** `answered` when the answer is complete, `ended` when the turn was ended meanwhile. */
export type AttemptOutcome = "answered" | "ended" | Fault;

/** Makes the request and passes on what comes. Never throws. */
export async function attempt(deps: AttemptDeps, one: Attempt, relay: Relay): Promise<AttemptOutcome> {
  const witness = new Witness(deps.clock);
  const model =
    one.credential.baseUrl === undefined ? one.model : { ...one.model, baseUrl: one.credential.baseUrl };
  const ending = new AbortController();
  const { signal } = one.call.options;
  const onAbort = () => ending.abort(signal?.reason);
  if (signal?.aborted === true) onAbort();
  else signal?.addEventListener("abort", onAbort, { once: true });
  const idleMs = one.timeoutMs || (isOwnServer(model) ? SELF_HOSTED_IDLE_MS : CLOUD_IDLE_MS);
  const ownHttp = !takesFetch(model.api);
  const silence = new EgressError("timeout", `${model.provider} sent nothing for ${idleMs / 1000} s`);
  const bounds = new AnswerBounds();
  const idle = new Deadline(deps.clock, ownHttp ? idleMs : 0, () => ending.abort(silence));
  const options = requestOptions({
    model,
    credential: one.credential,
    context: one.call.context,
    asked: one.call.options,
    signal: ending.signal,
    fetch: ownHttp
      ? undefined
      : witness.fetch(deps.egress, originOf(model.baseUrl), {
          responseTimeoutMs: idleMs,
          idleTimeoutMs: idleMs,
          totalTimeoutMs: one.timeoutMs,
          maxBytes: MAX_ANSWER_BYTES,
        }),
    ...one.extras,
  });
  const faultOf = (text: string): Fault => {
    if (ending.signal.aborted && ending.signal.reason === silence) {
      return classify({ text: silence.message, error: silence });
    }
    return classify(witness.evidence(text));
  };
  try {
    idle.push();
    for await (const event of one.streams.streamSimple(model, one.call.context, options)) {
      idle.push();
      const excess = bounds.take(event);
      if (excess !== undefined) {
        const error = new EgressError("too-large", `${model.provider} ${excess}`);
        ending.abort(error);
        return classify({ text: error.message, error });
      }
      const ended = take(event, relay);
      if (ended === "done") return "answered";
      if (relay.ended) return "ended";
      if (ended !== undefined) return faultOf(ended.error);
    }
    return relay.ended ? "ended" : faultOf("the answer ended without an end");
  } catch (error) {
    return relay.ended ? "ended" : faultOf(error instanceof Error ? error.message : String(error));
  } finally {
    idle.stop();
    signal?.removeEventListener("abort", onAbort);
  }
}

/** Hands one event on; tells when the attempt is over. */
function take(event: AssistantMessageEvent, relay: Relay): "done" | { readonly error: string } | undefined {
  switch (event.type) {
    case "done":
      relay.done(event.message, event.reason);
      return "done";
    case "error":
      return { error: event.error.errorMessage ?? "no reason given" };
    default:
      relay.forward(event);
      return undefined;
  }
}

function originOf(baseUrl: string): string {
  return URL.canParse(baseUrl) ? new URL(baseUrl).origin : "";
}
