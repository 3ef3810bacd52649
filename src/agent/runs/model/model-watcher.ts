import type { ModelCallWatcher } from "../../models/index.ts";
import type { RunsDeps } from "../deps.ts";
import type { Chronicle } from "../record/chronicle.ts";
import type { RunRequest } from "../run.ts";
import type { Narrator } from "../voice/narrator.ts";
import { nameOf, type Tally } from "../turn/tally.ts";

export interface WatcherParts {
  readonly deps: Pick<RunsDeps, "events">;
  readonly request: RunRequest;
  readonly chronicle: Chronicle;
  readonly narrator: Narrator;
  readonly tally: Tally;
}

/** Tells clients which model is asked, and when another one is asked in its place. */
export function modelWatcher({ deps, request, chronicle, narrator, tally }: WatcherParts): ModelCallWatcher {
  return {
    attempt: ({ provider, model }) => {
      tally.providerStarted = true;
      narrator.lifecycle("model", { provider, model });
      deps.events.sessionChanged(chronicle.record, { phase: "model", runId: request.runId });
    },
    failedOver: ({ from, to, failure }) => {
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
