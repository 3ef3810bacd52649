import type { Api, Model as EngineModel } from "@earendil-works/pi-ai";
import type { Clock } from "../../../lib/clock.ts";
import type { ModelCall, ModelRef } from "../model.ts";
import { placeholderModel, type Relay } from "./relay.ts";

/** One model call of a turn, over all its attempts. */
export class Turn {
  readonly call: ModelCall;
  readonly relay: Relay;
  /** The model asked last. */
  model: EngineModel<Api>;

  constructor(call: ModelCall, relay: Relay) {
    this.call = call;
    this.relay = relay;
    this.model = placeholderModel(call.plan.candidates[0]);
  }

  /** Waits; an abort ends the wait at once. */
  pause(clock: Clock, ms: number): Promise<void> {
    const { signal } = this.call.options;
    return new Promise((resolve) => {
      const finish = () => {
        timer.cancel();
        signal?.removeEventListener("abort", finish);
        resolve();
      };
      const timer = clock.after(ms, finish);
      signal?.addEventListener("abort", finish, { once: true });
      if (signal?.aborted === true) finish();
    });
  }
}

/** Output tokens of a probe: enough for a word, also where a model thinks first. */
const PROBE_TOKENS = 64;

/** The smallest call there is. */
export async function probeCall(ref: ModelRef, agentId: string, timestamp: number): Promise<ModelCall> {
  const { normalizeContext } = await import("@earendil-works/pi-ai/utils/transcript");
  return {
    plan: { candidates: [ref], strict: true },
    context: normalizeContext({
      messages: [{ role: "user", content: "Reply with the word OK.", timestamp }],
    }),
    options: { maxTokens: PROBE_TOKENS },
    agentId,
    watcher: {},
  };
}
