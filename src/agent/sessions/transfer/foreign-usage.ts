import type { SessionKey } from "../../../protocol/index.ts";
import type { TranscriptEvent, UsageRecord } from "../../../store/index.ts";
import { fieldsOf, messageIn, timeOf, usageOf } from "../context/index.ts";

/** What the answers of a transcript used, so that reports go back as far as it does. */
export function usageIn(
  events: readonly TranscriptEvent[],
  session: {
    readonly key: SessionKey;
    readonly agentId: string;
    readonly sessionId: string;
    readonly channel: string;
  },
): readonly UsageRecord[] {
  return events.flatMap((event) => {
    const message = messageIn(event);
    if (message?.["role"] !== "assistant") return [];
    const { cost, ...tokens } = usageOf(message["usage"]);
    const { input, output, cacheRead, cacheWrite, totalTokens } = tokens;
    if (input + output + cacheRead + cacheWrite + totalTokens === 0) return [];
    const runId = fieldsOf(message["__openclaw"])?.["runId"];
    return {
      at: timeOf(event),
      agentId: session.agentId,
      sessionKey: session.key,
      sessionId: session.sessionId,
      runId: typeof runId === "string" ? runId : "",
      provider: nameIn(message["provider"]),
      model: nameIn(message["model"]),
      channel: session.channel,
      input,
      output,
      cacheRead,
      cacheWrite,
      totalTokens,
      // Nothing is written as zero where no price was known.
      ...(cost.total > 0 && { cost }),
    };
  });
}

function nameIn(value: unknown): string {
  return typeof value === "string" && value !== "" ? value : "unknown";
}
