import type { Attachment, RunObserver, RunOutcome, RunRequest, Sender } from "../../../agent/index.ts";
import type { RunId } from "../../../protocol/index.ts";
import type { OpenAiDeps } from "./deps.ts";
import { Refusal } from "./refusal.ts";
import type { Target } from "./target.ts";
import { type ChosenTools, toolsOfRun } from "./tool-choice.ts";

/** One request, read and checked, ready to be a turn of an agent. */
export interface TurnRequest {
  /** Names the run too. */
  readonly id: string;
  readonly target: Target;
  readonly sender: Sender;
  readonly message: string;
  readonly images: readonly Attachment[];
  /** Put after the agent's own system prompt. */
  readonly instructions: readonly string[];
  readonly tools: ChosenTools;
  readonly sampling: Readonly<Record<string, unknown>>;
  readonly model: string | undefined;
  readonly createdVia: string;
}

/**
 * Has a request answered by its agent. When `gone` aborts, the caller has left and the run is ended.
 * @throws Refusal when it was not taken
 */
export async function runTurn(
  request: TurnRequest,
  gone: AbortSignal,
  { agent: { runs }, log }: Pick<OpenAiDeps, "agent" | "log">,
  observer?: RunObserver,
): Promise<RunOutcome> {
  gone.throwIfAborted();
  const run = runOf(request, observer);
  const submission = await runs.submit(run);
  switch (submission.state) {
    case "refused":
      if (submission.stopping) throw new Refusal(503, "api_error", submission.reason);
      throw new Refusal(429, "rate_limit_error", submission.reason);
    case "conflict":
      throw new Refusal(409, "invalid_request_error", "a request with this id is there already");
    case "settled":
      return submission.outcome;
    case "accepted":
    case "in_flight":
      break;
  }
  const leave = (): void => {
    runs
      .abort(run.sessionKey, { runId: run.runId, reason: "disconnect", clearQueue: false })
      .catch((error: unknown) => log.error("run of a caller who left could not be ended", { error }));
  };
  if (gone.aborted) leave();
  else gone.addEventListener("abort", leave, { once: true });
  try {
    return await submission.done;
  } finally {
    gone.removeEventListener("abort", leave);
  }
}

function runOf(request: TurnRequest, observer: RunObserver | undefined): RunRequest {
  const { target, images, tools, sampling, model } = request;
  const extra = [...request.instructions, tools.instruction ?? ""].map((text) => text.trim()).filter(Boolean);
  return {
    namespace: "http",
    kind: "http",
    runId: request.id as RunId,
    sessionKey: target.sessionKey,
    agentId: target.agentId,
    message: request.message,
    sender: request.sender,
    createdVia: request.createdVia,
    // Every request gets an answer of its own; none is slipped into the turn of another.
    queueMode: "followup",
    ...(images.length > 0 && { attachments: images }),
    ...(extra.length > 0 && { extraSystemPrompt: extra.join("\n\n") }),
    ...toolsOfRun(tools),
    ...(Object.keys(sampling).length > 0 && { sampling }),
    ...(model !== undefined && { model }),
    ...(observer && { observer }),
  };
}
