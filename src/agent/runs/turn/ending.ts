import type { RunOutcome } from "../run.ts";

/** Who or what ended a turn before its answer was complete. */
export type StopCause =
  | { readonly kind: "abort"; readonly reason: string }
  /** A newer message took the turn's place. */
  | { readonly kind: "superseded" }
  | { readonly kind: "timeout"; readonly phase: NonNullable<RunOutcome["timeoutPhase"]> }
  /** The gateway stops; the turn is taken up again by the next one. */
  | { readonly kind: "interrupt" };

/** How the talk went when nobody ended it. */
export type TalkResult =
  | { readonly kind: "answered" }
  | { readonly kind: "failed"; readonly error: NonNullable<RunOutcome["error"]> };
