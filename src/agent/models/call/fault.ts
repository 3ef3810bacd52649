import type { FailureKind, ModelFailure } from "../model.ts";

/**
 * What to do about a failure: `retry` the same model with the same credential, `rotate` to another credential and then
 * the next model, go on to the `next` model, or `stop`, because nobody else would fare better.
 */
export type Reaction = "retry" | "rotate" | "next" | "stop";

/** A failed attempt. */
export interface Fault extends ModelFailure {
  readonly reaction: Reaction;
  /** The provider said when to come back. */
  readonly retryAfterMs?: number;
  /** The credential was withdrawn, not only refused. */
  readonly revoked?: boolean;
}

/** What is done about each kind, unless the provider says otherwise. */
export const REACTIONS: Readonly<Record<FailureKind, Reaction>> = {
  rate_limit: "retry",
  overloaded: "retry",
  timeout: "retry",
  server: "retry",
  network: "retry",
  auth: "rotate",
  billing: "rotate",
  unknown: "next",
  format: "stop",
  refusal: "stop",
  context_overflow: "stop",
};

/** The part of a fault that others are told. */
export function failureOfFault({ kind, message, status, coolingDown, unsigned }: Fault): ModelFailure {
  return {
    kind,
    message,
    ...(status !== undefined && { status }),
    ...(coolingDown !== undefined && { coolingDown }),
    ...(unsigned !== undefined && { unsigned }),
  };
}
