import { maySayAgain, type RunOutcome } from "../../agent/index.ts";
import type { TurnOutcome, TurnReply } from "../../channels/index.ts";
import { failureText } from "../turns/saying/outcome-wire.ts";

/** How a run ended, as the chat it came from is answered. */
export function turnOutcome(outcome: RunOutcome): TurnOutcome {
  const { status, payloads, answeredBy, provider, model } = outcome;
  return {
    status,
    replies: payloads.map(replyOf),
    ...(answeredBy !== undefined && { answeredBy }),
    ...(model !== "" && { model: { provider, model } }),
    ...((status === "error" || status === "timeout" || status === "interrupted") && {
      failure: {
        text: failureText(outcome),
        isTransient: maySayAgain(outcome),
      },
    }),
  };
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
