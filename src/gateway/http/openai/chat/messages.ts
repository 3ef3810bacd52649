import { Type } from "@sinclair/typebox";
import { fits } from "../../../../protocol/index.ts";
import { foldTurns, IMAGES_ONLY, toolCallLine, type Turn } from "../conversation.ts";
import { maybe } from "../fields.ts";

const TEXT_PART = Type.Object({ type: Type.Literal("text"), text: Type.String() });
const INPUT_TEXT_PART = Type.Object({ type: Type.Literal("input_text"), text: Type.String() });
const IMAGE_PART = Type.Object({
  type: Type.Literal("image_url"),
  image_url: Type.Union([Type.String(), Type.Object({ url: Type.String() })]),
});
const TOOL_CALL = Type.Object({
  id: Type.String(),
  function: Type.Object({ name: Type.String(), arguments: maybe(Type.Unknown()) }),
});
const MESSAGE = Type.Object({
  role: Type.String(),
  content: maybe(Type.Unknown()),
  name: maybe(Type.String()),
  tool_call_id: maybe(Type.String()),
  tool_calls: maybe(Type.Unknown()),
});

/** The conversation of a chat request as the agent gets it. */
export interface ChatPrompt {
  readonly message: string;
  /** What the caller's system messages say. */
  readonly instructions: string;
  /** Addresses of the images of the message to answer; undefined for one that is none. */
  readonly images: readonly (string | undefined)[];
}

/** Folds the messages of a request; what has no known shape is passed over. */
export function promptOf(messages: readonly unknown[]): ChatPrompt {
  const read = messages.flatMap((message) => (fits(MESSAGE, message) ? [message] : []));
  const current = read.findLast(({ role }) => role === "user" || role === "tool" || role === "function");
  const images = current?.role === "user" ? imagesOf(current.content) : [];
  const instructions: string[] = [];
  const turns: Turn[] = [];
  for (const message of read) {
    const { role, name, tool_call_id: callId } = message;
    const text = textOf(message.content)?.trim();
    if (role === "system" || role === "developer") {
      if (text) instructions.push(text);
    } else if (role === "user") {
      const said = text || (message === current && images.length > 0 ? IMAGES_ONLY : "");
      if (said) turns.push({ role, speaker: "User", text: said });
    } else if (role === "assistant") {
      const said = [text ?? "", ...callsOf(message.tool_calls)].filter(Boolean).join("\n");
      if (said) turns.push({ role, speaker: "Assistant", text: said });
    } else if (role === "tool" || role === "function") {
      const label = callId?.trim() || name?.trim();
      // A tool may answer nothing: that it answered at all is what counts.
      const answered = label !== undefined && label !== "" && (text !== undefined || role === "function");
      if (text || answered) {
        turns.push({ role: "tool", speaker: label ? `Tool:${label}` : "Tool", text: text ?? "" });
      }
    }
  }
  return { message: foldTurns(turns), instructions: instructions.join("\n\n"), images };
}

function textOf(content: unknown): string | undefined {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return undefined;
  const texts = content.flatMap((part: unknown) =>
    fits(TEXT_PART, part) || fits(INPUT_TEXT_PART, part) ? [part.text] : [],
  );
  return texts.length > 0 || content.length === 0 ? texts.filter(Boolean).join("\n") : undefined;
}

function imagesOf(content: unknown): (string | undefined)[] {
  if (!Array.isArray(content)) return [];
  return content.filter(isImagePart).map((part) => {
    if (!fits(IMAGE_PART, part)) return undefined;
    const url = typeof part.image_url === "string" ? part.image_url : part.image_url.url;
    return url.trim() || undefined;
  });
}

function isImagePart(part: unknown): boolean {
  return typeof part === "object" && part !== null && Reflect.get(part, "type") === "image_url";
}

function callsOf(calls: unknown): string[] {
  if (!Array.isArray(calls)) return [];
  return calls.flatMap((call: unknown) => {
    if (!fits(TOOL_CALL, call)) return [];
    const { name, arguments: given } = call.function;
    const text = typeof given === "string" ? given : given === undefined ? "" : JSON.stringify(given);
    return [toolCallLine({ id: call.id, name, arguments: text })];
  });
}
