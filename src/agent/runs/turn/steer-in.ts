import type { Message } from "@earendil-works/pi-ai";
import type { Chronicle } from "../record/chronicle.ts";
import { messageEvent, userMessage } from "../record/events.ts";
import type { RunRequest } from "../run.ts";
import type { Audience } from "./audience.ts";
import { spoken } from "../model/model-messages.ts";
import type { Steered } from "./steering.ts";
import type { TurnDeps } from "./turn-deps.ts";

/** Whom something is said to. */
export interface Listening {
  readonly deps: Pick<TurnDeps, "clock" | "ids" | "prompts" | "store">;
  /** Of the run whose turn it is. */
  readonly request: RunRequest;
  readonly audience: Audience;
  readonly chronicle: Chronicle;
  /** How far the turn has come, for the runs that join it. */
  readonly phase: "running" | "acting";
}

/** Writes down what was said into a turn, and gives it as the model sees it. @throws StoreError, SupersededError */
export async function hear(steered: Steered, listening: Listening): Promise<Message> {
  const { deps, request, audience, chronicle, phase } = listening;
  const at = deps.clock.now();
  if (steered.kind === "words") {
    const id = deps.ids.uuid();
    const message = userMessage(
      { message: steered.text, sender: steered.sender, kind: request.kind },
      id,
      at,
    );
    await chronicle.say({ events: [messageEvent(id, at, message)] });
    return spoken(message, steered.sender, deps.prompts, request.agentId);
  }
  const { run } = steered;
  const { namespace, runId, sender } = run.request;
  await deps.store.runs.enter(namespace, runId, phase);
  const message = userMessage(run.request, runId, at);
  await chronicle.say({ events: [messageEvent(run.userEventId, at, message)] });
  run.written = true;
  run.startedAt = at;
  audience.admit(run);
  return spoken(message, sender, deps.prompts, request.agentId);
}
