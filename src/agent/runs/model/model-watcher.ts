import type { ModelCallWatcher } from "../../models/index.ts";
import type { RunsDeps } from "../deps.ts";
import type { Chronicle } from "../record/chronicle.ts";
import type { RunRequest } from "../run.ts";
import type { Narrator } from "../voice/narrator.ts";
import type { Audience } from "../turn/audience.ts";
import { nameOf, type Tally } from "../turn/tally.ts";

export interface WatcherParts {
  readonly deps: Pick<RunsDeps, "events">;
  readonly request: RunRequest;
  readonly chronicle: Chronicle;
  readonly narrator: Narrator;
  readonly tally: Tally;
  readonly audience: Pick<Audience, "tell">;
}

/** Tells clients which model is asked, and when another one is asked in its place. */
export function modelWatcher(parts: WatcherParts): ModelCallWatcher {
  const { deps, request, chronicle, narrator, tally, audience } = parts;
  return {
    attempt: ({ provider, model }) => {
      tally.providerStarted = true;
      narrator.lifecycle("model", { provider, model });
      deps.events.sessionChanged(chronicle.record, { phase: "model", runId: request.runId });
    },
    failedOver: ({ from, to, failure }) => {
      audience.tell((observer) => observer.retrying?.(failure.message));
      if (nameOf(from) === nameOf(to)) return;
      tally.failedOver(from, to, failure);
      narrator.lifecycle("fallback_step", {
        fallbackStepType: "fallback_step",
        fallbackStepFromModel: nameOf(from),
        fallbackStepToModel: nameOf(to),
        fallbackStepFromFailureReason: failure.kind,
        fallbackStepFromFailureDetail: failure.message,
        fallbackStepChainPosition: tally.facts().failovers?.length ?? 0,
        fallbackStepFinalOutcome: "next_fallback",
      });
    },
  };
}
