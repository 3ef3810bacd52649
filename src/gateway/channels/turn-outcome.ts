import type { RunOutcome } from "../../agent/index.ts";
import type { TurnOutcome, TurnReply } from "../../channels/index.ts";
import { failureText } from "../turns/saying/outcome-wire.ts";

type FailureKind = NonNullable<RunOutcome["error"]>["kind"];

/** Failures that may be over by themselves in a while. */
const TRANSIENT: ReadonlySet<FailureKind> = new Set([
  "rate_limit",
  "overloaded",
  "timeout",
  "server",
  "network",
]);

/** How a run ended, as the chat it came from is answered. */
export function turnOutcome(outcome: RunOutcome): TurnOutcome {
  const { status, payloads, answeredBy, error, provider, model } = outcome;
  return {
    status,
    replies: payloads.map(replyOf),
    ...(answeredBy !== undefined && { answeredBy }),
    ...(model !== "" && { model: { provider, model } }),
    ...((status === "error" || status === "timeout" || status === "interrupted") && {
      failure: {
        text: failureText(outcome),
        // What tools have done already must not be done twice.
        isTransient:
          status === "error" && error !== undefined && mayPass(error) && outcome.toolNames.length === 0,
      },
    }),
  };
}

function mayPass({ kind, coolingDown }: NonNullable<RunOutcome["error"]>): boolean {
  return TRANSIENT.has(kind) || coolingDown === true;
}

function replyOf({
  text,
  mediaUrl,
  replyToId,
  replyToCurrent,
  audioAsVoice,
}: RunOutcome["payloads"][number]): TurnReply {
  return {
    text,
    ...(mediaUrl !== null && { media: { source: mediaUrl } }),
    ...(replyToId !== undefined && { replyToId }),
    ...(replyToCurrent === true && { replyToCurrent }),
    ...(audioAsVoice === true && { asVoice: true }),
  };
}
