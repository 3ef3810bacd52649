import { resolve } from "node:path";
import { maySayAgain, type RunOutcome } from "../../agent/index.ts";
import type { TurnOutcome, TurnReply } from "../../channels/index.ts";
import { failureText } from "../turns/saying/outcome-wire.ts";

/** How a run ended, as the chat it came from is answered; files are named from `workspace` unless their path is whole. */
export function turnOutcome(outcome: RunOutcome, workspace: string): TurnOutcome {
  const { status, payloads, answeredBy, provider, model } = outcome;
  return {
    status,
    replies: payloads.map((payload) => replyOf(payload, workspace)),
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

function replyOf(
  { text, mediaUrl, replyToId, replyToCurrent, audioAsVoice }: RunOutcome["payloads"][number],
  workspace: string,
): TurnReply {
  return {
    text,
    ...(mediaUrl !== null && { media: { source: sourceOf(mediaUrl, workspace) } }),
    ...(replyToId !== undefined && { replyToId }),
    ...(replyToCurrent === true && { replyToCurrent }),
    ...(audioAsVoice === true && { asVoice: true }),
  };
}

/** Whether the file may be sent is found out when it is opened. */
function sourceOf(mediaUrl: string, workspace: string): string {
  return /^[a-z][a-z0-9+.-]*:/i.test(mediaUrl) ? mediaUrl : resolve(workspace, mediaUrl);
}
