import { createHash } from "node:crypto";
import type { ClientToolCall, RunOutcome, RunUsage } from "../../../agent/index.ts";
import { StoreError } from "../../../store/index.ts";
import { AnswerText } from "./answer-text.ts";
import type { OpenAiDeps } from "./deps.ts";
import { failureOf, unsatisfiedChoice } from "./failures.ts";
import { internalError, Refusal } from "./refusal.ts";
import { unsatisfied } from "./tool-choice.ts";
import { runTurn, type TurnRequest } from "./turn.ts";
import { NO_USAGE } from "./usage.ts";

/** How a turn ended for its caller. */
export type Answer =
  | {
      readonly ok: true;
      readonly text: string;
      readonly calls: readonly ClientToolCall[];
      /** The model stopped at its limit of tokens. */
      readonly cut: boolean;
      readonly usage: RunUsage;
    }
  | { readonly ok: false; readonly refusal: Refusal; readonly usage: RunUsage };

/** Characters of the id of a tool call. */
const CALL_ID_CHARS = 9;

/** What a caller reads when the agent said nothing. */
const SILENCE = "No response from OpenClaw.";

/**
 * Does a turn. With `say`, the text is told piece by piece while it comes, all of it before this settles. Never rejects.
 */
export async function answerTurn(
  turn: TurnRequest,
  gone: AbortSignal,
  deps: Pick<OpenAiDeps, "agent" | "log">,
  say?: (piece: string) => void,
): Promise<Answer> {
  try {
    return await (say ? told(turn, gone, deps, say) : untold(turn, gone, deps));
  } catch (error) {
    if (error instanceof Refusal) return failed(error);
    if (error instanceof StoreError) return failed(new Refusal(503, "api_error", error.message));
    if (!gone.aborted) deps.log.error("turn failed", { error, run: turn.id });
    return failed(internalError());
  }
}

async function untold(
  turn: TurnRequest,
  gone: AbortSignal,
  deps: Pick<OpenAiDeps, "agent" | "log">,
): Promise<Answer> {
  const outcome = await runTurn(turn, gone, deps);
  return refused(turn, outcome) ?? answered(outcome, outcome.text || silenceOf(outcome));
}

async function told(
  turn: TurnRequest,
  gone: AbortSignal,
  deps: Pick<OpenAiDeps, "agent" | "log">,
  say: (piece: string) => void,
): Promise<Answer> {
  const said = new AnswerText();
  const speak = (piece: string): void => {
    if (piece !== "") say(piece);
  };
  const { choice } = turn.tools;
  // Prose is worth nothing where a call is demanded: it is held until the call is there.
  const held = choice !== undefined && choice !== "none";
  const outcome = await runTurn(
    turn,
    gone,
    deps,
    held
      ? undefined
      : { text: (piece) => speak(said.take(piece)), message: (text) => speak(said.endMessage(text)) },
  );
  const refusal = refused(turn, outcome);
  if (refusal) return refusal;
  const rest = said.finish(outcome.text || said.sent || silenceOf(outcome));
  if (rest === undefined) {
    const message = "Assistant output cannot be represented as an append-only response stream.";
    return failed(new Refusal(502, "api_error", message), outcome.usage);
  }
  speak(rest);
  return answered(outcome, said.sent);
}

function answered(outcome: RunOutcome, text: string): Answer {
  const { clientToolCalls = [], stopReason, usage } = outcome;
  const calls = clientToolCalls.map((call) => ({ ...call, id: callIdOf(call.id) }));
  return { ok: true, text, calls, cut: stopReason === "length", usage };
}

/** Short and plain whatever the provider calls it: some ids are longer than clients keep, or have signs in them. */
function callIdOf(id: string): string {
  return createHash("sha256").update(id).digest("hex").slice(0, CALL_ID_CHARS);
}

function refused({ tools }: TurnRequest, outcome: RunOutcome): Answer | undefined {
  const failure = failureOf(outcome);
  if (failure) return failed(failure, outcome.usage);
  const missing = unsatisfied(tools.choice, outcome.clientToolCalls);
  return missing === undefined ? undefined : failed(unsatisfiedChoice(missing), outcome.usage);
}

function silenceOf({ clientToolCalls }: RunOutcome): string {
  return clientToolCalls?.length ? "" : SILENCE;
}

function failed(refusal: Refusal, usage: RunUsage = NO_USAGE): Answer {
  return { ok: false, refusal, usage };
}
