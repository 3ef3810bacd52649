/** One entry of the conversation a request carries. */
export interface Turn {
  readonly role: "user" | "assistant" | "tool";
  /** Who says it: `User`, `Assistant`, `Tool:<call id>`. */
  readonly speaker: string;
  readonly text: string;
}

/** What stands for the text of a message that has none. */
export const IMAGES_ONLY = "User sent image(s) with no text.";
export const FILES_ONLY = "User sent file(s) with no text.";

const HISTORY_HEADING = "[Chat messages since your last reply - for context]";
const CURRENT_HEADING = "[Current message - respond to this]";

/**
 * The one user message a conversation becomes: the last turn of the user or of a tool, with what came before as context.
 * The session keeps the real history; this is what the caller believes it to be. Empty when there is nothing to answer.
 */
export function foldTurns(turns: readonly Turn[]): string {
  const last = turns.findLastIndex((turn) => turn.role !== "assistant");
  const current = turns[last];
  if (!current) return "";
  const history = turns.slice(0, last).map(line);
  if (history.length === 0) return current.role === "tool" ? line(current) : current.text;
  return [HISTORY_HEADING, ...history, "", CURRENT_HEADING, line(current)].join("\n");
}

function line({ speaker, text }: Turn): string {
  return `${speaker}: ${text}`;
}

/** How a call of the assistant stands in the history. */
export function toolCallLine(call: {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}): string {
  return `tool_call id=${call.id} name=${call.name} arguments=${call.arguments}`;
}
