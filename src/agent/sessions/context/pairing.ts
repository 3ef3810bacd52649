import type { AssistantMessage, Message, ToolCall, ToolResultMessage } from "@earendil-works/pi-ai";
import { REPLAYED_RESULT_MAX_CHARS } from "../limits.ts";

/** What a call says whose tool never answered. */
export const LOST_RESULT =
  "[No result: the turn ended before this tool answered. It may or may not have run.]";
/** What stands after an answer that somebody stopped. */
export const STOPPED = "[This answer was stopped before it was finished.]";
/** What stands for an answer that never came. */
export const FAILED = "[No answer: the turn failed.]";

/**
 * Brings messages into an order every provider accepts, and loses none of a person: each tool call is followed by its
 * result (an error when there is none), results without a call go, answers that broke off end with a note.
 */
export function wellFormed(messages: readonly Message[]): Message[] {
  const made: Message[] = [];
  const used = new Set<ToolResultMessage>();
  for (const [place, message] of messages.entries()) {
    if (message.role === "toolResult") continue;
    if (message.role !== "assistant") {
      made.push(message);
      continue;
    }
    const calls = message.content.filter((block) => block.type === "toolCall");
    const results = resultsFor(calls, messages, place + 1, used);
    const settled = settle(message, results);
    if (settled === undefined) continue;
    made.push(settled);
    for (const call of settled.content.filter((block) => block.type === "toolCall")) {
      made.push(bounded(results.get(call) ?? lost(call, message.timestamp)));
    }
  }
  return made;
}

/** The result of each call: the first later one of its id that no other call has, before the id is called again. */
function resultsFor(
  calls: readonly ToolCall[],
  messages: readonly Message[],
  from: number,
  used: Set<ToolResultMessage>,
): ReadonlyMap<ToolCall, ToolResultMessage> {
  const open = new Map(calls.map((call) => [call.id, call]));
  const results = new Map<ToolCall, ToolResultMessage>();
  for (let place = from; place < messages.length && open.size > 0; place++) {
    const message = messages[place];
    if (message === undefined) break;
    if (message.role === "assistant") {
      for (const block of message.content) if (block.type === "toolCall") open.delete(block.id);
    }
    if (message.role !== "toolResult" || used.has(message)) continue;
    const call = open.get(message.toolCallId);
    if (call === undefined) continue;
    open.delete(message.toolCallId);
    used.add(message);
    results.set(call, message);
  }
  return results;
}

/** The message as it can be sent again; undefined when nothing of it is left. */
function settle(
  message: AssistantMessage,
  results: ReadonlyMap<ToolCall, ToolResultMessage>,
): AssistantMessage | undefined {
  if (message.stopReason !== "aborted" && message.stopReason !== "error") {
    const isSaid = message.content.some((block) => block.type !== "thinking");
    return isSaid ? message : undefined;
  }
  // Thoughts that broke off have no signature, and calls that did have no arguments to rely on.
  const kept = message.content.filter(
    (block) => block.type === "text" || (block.type === "toolCall" && results.has(block)),
  );
  const { errorMessage: _, ...rest } = message;
  const hasText = kept.some((block) => block.type === "text");
  const note = {
    type: "text",
    text: hasText || message.stopReason === "aborted" ? STOPPED : FAILED,
  } as const;
  const calls = kept.filter((block) => block.type === "toolCall");
  const texts = kept.filter((block) => block.type === "text");
  return {
    ...rest,
    content: [...texts, note, ...calls],
    stopReason: calls.length > 0 ? "toolUse" : "stop",
  };
}

function lost(call: ToolCall, timestamp: number): ToolResultMessage {
  return {
    role: "toolResult",
    toolCallId: call.id,
    toolName: call.name,
    content: [{ type: "text", text: LOST_RESULT }],
    isError: true,
    timestamp,
  };
}

function bounded(result: ToolResultMessage): ToolResultMessage {
  const long = result.content.some(
    (block) => block.type === "text" && block.text.length > REPLAYED_RESULT_MAX_CHARS,
  );
  if (!long) return result;
  const content = result.content.map((block) =>
    block.type === "text" && block.text.length > REPLAYED_RESULT_MAX_CHARS
      ? { ...block, text: `${block.text.slice(0, REPLAYED_RESULT_MAX_CHARS)}\n[cut]` }
      : block,
  );
  return { ...result, content };
}
