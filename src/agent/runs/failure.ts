import {
  type FailureKind,
  type ModelFailure,
  ThinkingLevelError,
  UnknownModelError,
} from "../models/index.ts";
import { UnknownAgentError } from "../roster/index.ts";
import { StoreError, type StoreErrorCode } from "../../store/index.ts";
import type { RunOutcome } from "./run.ts";

type RunError = NonNullable<RunOutcome["error"]>;

/** What is said when the time of a run was up. */
export const TIMED_OUT_TEXT =
  "The time for this answer was up before it was complete. Try again, or allow more with `agents.defaults.timeoutSeconds`.";

/** Why a run has no answer of its own: its gateway stopped under it. */
export const INTERRUPTIONS = {
  /** Tools were at work. */
  acting:
    "The gateway was restarted while tools were at work for this message. It was not begun again: look at what was done, then ask again.",
  /** Nobody waits for the answer any more. */
  unheard: "The gateway was restarted before this request was answered. Send it again.",
  /** A chat command was being carried out. */
  commanded:
    "The gateway was restarted while this command was carried out. Look whether it took effect, for example with /status, and give it again if not.",
  /** It goes on. */
  resuming: "The gateway is restarting. This message is answered when it is back.",
} as const;

/** An interruption as the error of an outcome. */
export function interruption(why: keyof typeof INTERRUPTIONS): RunError {
  return { kind: "interrupted", message: INTERRUPTIONS[why], display: INTERRUPTIONS[why] };
}

/** What happened, and what mends it. */
const WORDS: Readonly<Record<FailureKind, { readonly why: string; readonly mend: string }>> = {
  auth: { why: "its credential was refused", mend: "Check it with `openclaw models status`." },
  billing: { why: "its account has no credit", mend: "Top it up, or choose another model with /model." },
  rate_limit: { why: "it gets too many requests", mend: "Try again in a minute." },
  overloaded: {
    why: "it is overloaded",
    mend: "Try again in a minute, or choose another model with /model.",
  },
  timeout: { why: "it did not answer in time", mend: "Try again, or choose another model with /model." },
  server: { why: "it reported a fault of its own", mend: "Try again in a minute." },
  network: {
    why: "it cannot be reached",
    mend: "Check the network and its address with `openclaw models status`.",
  },
  format: { why: "it did not take the request", mend: "See `openclaw logs --follow`." },
  refusal: {
    why: "it declined to answer",
    mend: "Say it in another way, or choose another model with /model.",
  },
  context_overflow: {
    why: "the conversation is longer than it can read",
    mend: "Shorten it with /compact, or begin anew with /new.",
  },
  unknown: { why: "the request failed", mend: "See `openclaw logs --follow`." },
};

/** Kinds whose own message says more than the kind does. */
const TELLING: readonly FailureKind[] = ["format", "unknown", "server", "refusal"];

/** A model's failure as the error of an outcome. */
export function modelError(model: string, failure: ModelFailure): RunError {
  const { kind, message, status, coolingDown, unsigned } = failure;
  return {
    kind,
    message,
    ...(status !== undefined && { status }),
    ...(coolingDown === true && { coolingDown }),
    display: coolingDown === true ? `⚠️ ${message}` : `⚠️ ${model}: ${sentenceOf(failure)}`,
    ...(coolingDown !== true && {
      brief: `⚠️ ${model}: ${sentenceOf(unsigned === true ? failure : { ...failure, message: "" })}`,
    }),
  };
}

/** Failures that may be over by themselves in a while. */
const PASSING: ReadonlySet<RunError["kind"]> = new Set([
  "rate_limit",
  "overloaded",
  "timeout",
  "server",
  "network",
]);

/** Troubles of the machine that pass, or that a person mends while the gateway runs. */
const LOCAL: ReadonlySet<StoreErrorCode> = new Set(["disk-full", "read-only", "busy", "cannot-open", "io"]);

/** No model answered, for a reason that may pass, and no tool did anything: the same may be said again later. */
export function maySayAgain({
  status,
  error,
  toolNames,
}: Pick<RunOutcome, "status" | "error" | "toolNames">): boolean {
  if (status !== "error" || error === undefined || toolNames.length > 0) return false;
  return PASSING.has(error.kind) || error.coolingDown === true || error.isLocal === true;
}

function sentenceOf({ kind, message, status, unsigned }: ModelFailure): string {
  if (unsigned === true) return message;
  const { why, mend } = WORDS[kind];
  const code = status === undefined ? "" : ` (HTTP ${status})`;
  const detail =
    TELLING.includes(kind) && message !== "" ? `: ${message.replace(/(?<![.!])[.!]+$/, "")}` : "";
  return `${why}${code}${detail}. ${mend}`;
}

/** A model that asked for tools again and again without ever coming to an answer. */
export class EndlessTurnError extends Error {
  constructor(calls: number) {
    super(
      `The model was asked ${calls} times and still wanted more from its tools, so it was stopped. ` +
        "Look at what was done, then ask for the rest in smaller steps.",
    );
    this.name = "EndlessTurnError";
  }
}

/** Somebody asked for what is not there: theirs to mend, and no fault of the gateway. */
export function isMistake(error: unknown): boolean {
  return [UnknownModelError, UnknownAgentError, ThinkingLevelError].some((kind) => error instanceof kind);
}

/** Why a turn came to nothing, other than by a failure of its model. */
export function errorOf(error: unknown): RunError {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof EndlessTurnError) return { kind: "format", message, display: `⚠️ ${message}` };
  // What was asked for is not there; the message lists what is.
  if (error instanceof UnknownModelError || error instanceof UnknownAgentError) {
    return { kind: "format", message, status: 404, display: `⚠️ ${message}` };
  }
  if (error instanceof ThinkingLevelError) {
    return { kind: "format", message, status: 400, display: `⚠️ ${message}` };
  }
  return {
    kind: "internal",
    message,
    ...(error instanceof StoreError && LOCAL.has(error.code) && { isLocal: true }),
    display: `⚠️ No answer: ${message.replace(/(?<![.!])[.!]+$/, "")}. See \`openclaw logs --follow\`.`,
  };
}
