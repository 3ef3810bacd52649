import type { StreamFn } from "@earendil-works/pi-agent-core";
import type { Api, AssistantMessage, Model as EngineModel, SimpleStreamOptions } from "@earendil-works/pi-ai";
import type { ModelCallWatcher, ModelPlan, Models } from "../../models/index.ts";

/** Hears an answer while it is written. */
export interface AnswerListener {
  /** A message begins, or begins anew after its connection was cut. */
  begins(): void;
  text(delta: string): void;
}

export interface StreamSource {
  readonly models: Pick<Models, "stream">;
  readonly plan: ModelPlan;
  readonly agentId: string;
  readonly signal: AbortSignal;
  readonly watcher: ModelCallWatcher;
  readonly listener: AnswerListener;
  /** Options of the next call; called once for each. @throws to fail the call */
  readonly options: () => Promise<SimpleStreamOptions>;
  readonly newStream: () => ReturnType<Models["stream"]>;
  readonly now: () => number;
}

/**
 * The engine's way to a model. Tokens go to the listener straight away; the engine itself is given the complete message
 * only, since all it would do with a token is copy the message once more.
 */
export function streamFrom(source: StreamSource): StreamFn {
  return (model, context) => {
    const out = source.newStream();
    const fail = (reason: "error" | "aborted", errorMessage: string) =>
      out.push({ type: "error", reason, error: failedMessage(model, reason, errorMessage, source.now()) });
    const abort = () => fail("aborted", "This operation was aborted");
    if (source.signal.aborted) {
      abort();
      return out;
    }
    // A provider that does not listen must not keep the run.
    source.signal.addEventListener("abort", abort, { once: true });
    void pump(source, context, out)
      .then((isComplete) => {
        if (!isComplete) fail("error", "The answer broke off.");
      })
      .catch((error: unknown) => fail("error", error instanceof Error ? error.message : String(error)))
      .finally(() => source.signal.removeEventListener("abort", abort));
    return out;
  };
}

/** True when the message came to its end, good or bad. */
async function pump(
  { models, plan, agentId, signal, watcher, listener, options }: StreamSource,
  context: Parameters<StreamFn>[1],
  out: ReturnType<Models["stream"]>,
): Promise<boolean> {
  const callOptions = { ...(await options()), signal };
  const events = models.stream({ plan, context, options: callOptions, agentId, watcher });
  let said = false;
  let isNewBlock = false;
  for await (const event of events) {
    if (signal.aborted) return true;
    switch (event.type) {
      case "start":
        said = false;
        listener.begins();
        break;
      case "text_start":
        isNewBlock = said;
        break;
      case "text_delta":
        if (event.delta === "") break;
        listener.text(isNewBlock ? `\n\n${event.delta}` : event.delta);
        isNewBlock = false;
        said = true;
        break;
      case "done":
      case "error":
        out.push(event);
        return true;
      default:
    }
  }
  return false;
}

/** A message that never came. */
export function failedMessage(
  model: EngineModel<Api>,
  stopReason: "error" | "aborted",
  errorMessage: string,
  timestamp: number,
): AssistantMessage {
  return {
    role: "assistant",
    content: [],
    api: model.api,
    provider: model.provider,
    model: model.id,
    usage: emptyUsage(),
    stopReason,
    errorMessage,
    timestamp,
  };
}

/** Nothing was used. */
export function emptyUsage(): AssistantMessage["usage"] {
  return {
    input: 0,
    output: 0,
    totalTokens: 0,
    cacheRead: 0,
    cacheWrite: 0,
    cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 },
  };
}
