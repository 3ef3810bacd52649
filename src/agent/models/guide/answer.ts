import type { Asked } from "./conversation.ts";
import type { GuideFacts } from "./facts.ts";
import { INTENTS } from "./intents.ts";
import type { Reply } from "./reply.ts";
import { CONNECT, greeting, limitsText, SELF } from "./words.ts";

/** Characters of a tool's result that are shown. */
const MAX_RESULT_CHARS = 4_000;

/** Messages a summary quotes at most, and how much of each. */
const MAX_QUOTED = 40;
const MAX_QUOTED_CHARS = 160;

/** What the guide says to a conversation. The same conversation at the same time gets the same answer. */
export function answerTo(asked: Asked, facts: GuideFacts, now: number): Reply {
  if (asked.results.length > 0) return { text: aboutResults(asked) };
  const chore = choreOf(asked);
  if (chore !== undefined) return { text: chore };
  for (const { says, answer } of INTENTS) {
    const match = says.exec(asked.text);
    const reply = match && answer({ asked, facts, now, groups: match.slice(1) });
    if (reply) return reply;
  }
  if (asked.hasImage) {
    return { text: `I see that there is an image, but I cannot look at it. ${SELF}\n\n${CONNECT}` };
  }
  if (asked.text === "") return { text: greeting({ asked, facts, now, groups: [] }) };
  return { text: limitsText(asked.text) };
}

function aboutResults({ results }: Asked): string {
  return results
    .map(({ tool, text, isError }) => {
      const shown = text.length > MAX_RESULT_CHARS ? `${text.slice(0, MAX_RESULT_CHARS)}…` : text;
      if (isError) return `The tool \`${tool}\` failed: ${shown}`;
      return tool === "echo" ? shown : `Here is what \`${tool}\` says:\n\n${shown}`;
    })
    .join("\n\n");
}

/** Titles and summaries that the gateway asks for itself; the guide can only quote. */
function choreOf({ system, history, tools, text }: Asked): string | undefined {
  if (tools.size > 0) return undefined;
  const order = `${system}\n${text.slice(0, 400)}`;
  if (/\btitle\b/i.test(order) && /\b(?:conversation|chat|session)\b/i.test(order)) {
    return titleOf(history[0] ?? text);
  }
  if (/\bsummar(?:y|i[sz]e)/i.test(order) && /\b(?:conversation|context|session|transcript)\b/i.test(order)) {
    const quoted = history.slice(0, MAX_QUOTED).map((said) => `- ${clipped(said, MAX_QUOTED_CHARS)}`);
    return `The person said, in this order:\n${quoted.join("\n")}`;
  }
  return undefined;
}

function titleOf(text: string): string {
  return clipped(text.split(/\s+/).slice(0, 6).join(" "), 48);
}

function clipped(text: string, max: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > max ? `${line.slice(0, max - 1)}…` : line;
}
