import { blocksOf, fieldsOf } from "../context/index.ts";
import type { WireMessage } from "../sessions.ts";

const CUT = "\n...(truncated)...";
const OVERSIZED = "[chat.history omitted: message too large]";

/**
 * A message cut down to what fits a page: long texts end early, pictures are told by type and size. What was cut is said in
 * `__openclaw.truncated`.
 */
export function boundedMessage(message: WireMessage, maxChars: number): WireMessage {
  const { content, details: _, ...rest } = message;
  const cuts: string[] = [];
  const cut = (text: string): string => {
    if (text.length <= maxChars) return text;
    cuts.push(text);
    return `${clip(text, maxChars)}${CUT}`;
  };
  const bounded =
    typeof content === "string" ? cut(content) : blocksOf(content).map((block) => boundedBlock(block, cut));
  return {
    ...rest,
    content: bounded,
    ...(cuts.length > 0 && { __openclaw: { ...fieldsOf(message["__openclaw"]), truncated: true } }),
  };
}

function boundedBlock(
  block: Readonly<Record<string, unknown>>,
  cut: (text: string) => string,
): Readonly<Record<string, unknown>> {
  const { data, text, thinking } = block;
  if (block["type"] === "image" && typeof data === "string") {
    const { data: _, ...rest } = block;
    return { ...rest, omitted: true, bytes: Math.floor((data.length * 3) / 4) };
  }
  if (typeof text === "string") return { ...block, text: cut(text) };
  if (typeof thinking === "string") return { ...block, thinking: cut(thinking) };
  return block;
}

/** What stands for a message that does not fit even alone. */
export function placeholderFor(message: WireMessage): WireMessage {
  return {
    role: message["role"],
    timestamp: message["timestamp"],
    content: [{ type: "text", text: OVERSIZED }],
    __openclaw: { ...fieldsOf(message["__openclaw"]), truncated: true, reason: "oversized" },
  };
}

/** The first `maxChars` of a text, never half a character. */
export function clip(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const cut = text.slice(0, maxChars);
  const last = cut.charCodeAt(cut.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? cut.slice(0, -1) : cut;
}
