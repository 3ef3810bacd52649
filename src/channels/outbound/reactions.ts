import { doublingMs } from "../../lib/backoff.ts";
import { SendError, type SendFailure } from "../outbound-message.ts";
import * as LIMITS from "./limits.ts";

/** What is done about a call that has no receipt. */
export type Reaction =
  /** It ends there; the lane goes on. */
  | { readonly do: "give-up"; readonly state: "dead" | "unknown" }
  /** The same part again, later; the attempt counts or does not. */
  | { readonly do: "again"; readonly counts: boolean }
  /** The same part at once, as plain text. */
  | { readonly do: "plain" };

/** One line for each way a call can fail. */
export const REACTIONS: Readonly<Record<SendFailure, Reaction>> = {
  refused: { do: "give-up", state: "dead" },
  busy: { do: "again", counts: true },
  "not-ready": { do: "again", counts: false },
  markup: { do: "plain" },
  uncertain: { do: "give-up", state: "unknown" },
};

/** The failure of a call; one that nobody named may have arrived. */
export function sendErrorOf(error: unknown): SendError {
  if (error instanceof SendError) return error;
  const said = error instanceof Error ? error.message : String(error);
  return new SendError("uncertain", `The call ended in an unexpected way: ${said}`, { cause: error });
}

/** How long to wait after so many counted attempts; at least what the platform asked for. `random` is in [0, 1). */
export function pauseAfter(attempts: number, retryAfterMs: number | undefined, random: number): number {
  const own = LIMITS.BACKOFF_MS[Math.min(attempts, LIMITS.BACKOFF_MS.length) - 1] ?? 0;
  return jittered(retryAfterMs ?? own, random);
}

/** How long an account rests that could not send so many times in a row. */
export function restAfter(failures: number, random: number): number {
  return jittered(doublingMs(failures, LIMITS.NOT_READY_FIRST_MS, LIMITS.NOT_READY_MAX_MS), random);
}

/** Never shorter than asked: coming back early makes a platform ask for more. */
function jittered(ms: number, random: number): number {
  return Math.min(Math.round(ms * (1 + LIMITS.JITTER * random)), LIMITS.PAUSE_MAX_MS);
}

/** What is known when a call failed. */
export interface FailureFacts {
  /** Counted attempts at this part, this one included. */
  readonly attempts: number;
  /** Times in a row that the platform said "later" to this delivery, this one included. */
  readonly throttled: number;
  /** A call that may have arrived may be made again. */
  readonly isRepeatable?: boolean;
  /** The connection believes that it works. */
  readonly isConnected: boolean;
  /** In [0, 1). */
  readonly random: number;
}

/** What becomes of a delivery whose call failed. */
export type Verdict =
  | { readonly do: "give-up"; readonly state: "dead" | "unknown" }
  /** It is tried again after `pauseMs`; `isThrottle` when the platform asked for the pause. */
  | {
      readonly do: "again";
      readonly counts: boolean;
      readonly pauseMs: number;
      readonly isThrottle: boolean;
    }
  /** The account cannot send, none of its deliveries can; the attempt does not count. */
  | { readonly do: "rest" };

/** The rules of `REACTIONS` with their bounds. */
export function verdictOf(error: SendError, facts: FailureFacts): Verdict {
  const isDoubtful = error.failure === "uncertain";
  const reaction = REACTIONS[isDoubtful && facts.isRepeatable === true ? "busy" : error.failure];
  if (reaction.do === "give-up") return reaction;
  // Even as plain text it could not be read.
  if (reaction.do === "plain") return { do: "give-up", state: "dead" };
  const { retryAfterMs } = error.details;
  if (retryAfterMs !== undefined) {
    if (facts.throttled > LIMITS.THROTTLED_MAX) return { do: "give-up", state: "dead" };
    const pauseMs = pauseAfter(facts.attempts, retryAfterMs, facts.random);
    return { do: "again", counts: false, pauseMs, isThrottle: true };
  }
  if (!reaction.counts || !facts.isConnected) return { do: "rest" };
  if (facts.attempts >= LIMITS.ATTEMPTS_MAX) return { do: "give-up", state: isDoubtful ? "unknown" : "dead" };
  const pauseMs = pauseAfter(facts.attempts, undefined, facts.random);
  return { do: "again", counts: true, pauseMs, isThrottle: false };
}
