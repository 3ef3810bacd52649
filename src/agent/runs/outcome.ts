import type { SessionRecord } from "../../store/index.ts";
import type { LiveRun } from "./live-run.ts";
import type { RunOutcome } from "./run.ts";
import { withFooter } from "./turn/footer.ts";
import type { Tally } from "./turn/tally.ts";
import { NO_USAGE } from "./model/usage.ts";
import { parseDirectives } from "./voice/directives.ts";

/** How a turn ended, the same for every run that shared it. */
export type Ending = Pick<RunOutcome, "status" | "stopReason" | "text" | "error" | "timeoutPhase">;

/** The outcome of one run of a turn; `footer` stands below what is sent, and is no part of what was said. */
export function outcomeOf(
  run: LiveRun,
  record: SessionRecord,
  endedAt: number,
  tally: Tally,
  ending: Ending,
  footer?: string,
): RunOutcome {
  const { runId, sessionKey, agentId, sender } = run.request;
  return {
    runId,
    sessionKey,
    sessionId: record.sessionId,
    agentId,
    ...(sender.isOwner && { isForOwner: true }),
    startedAt: run.startedAt ?? run.acceptedAt,
    endedAt,
    ...ending,
    payloads: payloadsOf(ending, tally, footer),
    ...tally.facts(),
  };
}

/** The outcome of a run that ended before its turn came. */
export function unstartedOutcome(run: LiveRun, endedAt: number, ending: Omit<Ending, "text">): RunOutcome {
  const { runId, sessionKey, agentId } = run.request;
  return {
    runId,
    sessionKey,
    sessionId: run.record.sessionId,
    agentId,
    startedAt: run.acceptedAt,
    endedAt,
    ...ending,
    text: "",
    payloads: [],
    provider: "",
    model: "",
    contextTokens: 0,
    usage: NO_USAGE,
    lastCallUsage: NO_USAGE,
    assistantTurns: 0,
    toolNames: [],
  };
}

/** What is sent: the text with the first thing that goes with it, then the other things. */
function payloadsOf(ending: Ending, tally: Tally, footer: string | undefined): RunOutcome["payloads"] {
  if (ending.status !== "ok") return [];
  const { mediaUrls, replyToId, replyToCurrent, audioAsVoice } = parseDirectives(tally.rawAnswer);
  if (ending.text === "" && mediaUrls.length === 0) return [];
  const [first = null, ...others] = mediaUrls;
  const flags = {
    ...(replyToId !== undefined && { replyToId }),
    ...(replyToCurrent && { replyToCurrent }),
    ...(audioAsVoice && { audioAsVoice }),
  };
  return [
    { text: withFooter(ending.text, footer), mediaUrl: first, ...flags },
    ...others.map((mediaUrl) => ({ text: "", mediaUrl, ...flags })),
  ];
}
