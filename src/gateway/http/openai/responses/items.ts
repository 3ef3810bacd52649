import { FILES_ONLY, foldTurns, IMAGES_ONLY, toolCallLine, type Turn } from "../conversation.ts";
import type { InputItem, InputPart, MessageItem } from "./request.ts";

/** The conversation of a response request as the agent gets it. */
export interface InputPrompt {
  readonly message: string;
  /** What the caller's system messages say. */
  readonly instructions: string;
  /** Pictures and files of the message to answer. */
  readonly parts: readonly InputPart[];
  /** Pictures and files of all messages that are named by URL. */
  readonly urlCount: number;
}

/** Folds the input of a request. */
export function promptOf(input: string | readonly InputItem[]): InputPrompt {
  if (typeof input === "string") return { message: input, instructions: "", parts: [], urlCount: 0 };
  const current = activeMessage(input);
  const instructions: string[] = [];
  const turns = input.flatMap((item): Turn[] => {
    if ("role" in item) {
      const text = textOf(item.content).trim() || (item === current ? standIn(item) : "");
      if (text === "") return [];
      if (item.role === "user") return [{ role: "user", speaker: "User", text }];
      if (item.role === "assistant") return [{ role: "assistant", speaker: "Assistant", text }];
      instructions.push(text);
      return [];
    }
    if (item.type === "function_call") {
      const { name, arguments: given } = item;
      const text = toolCallLine({ id: item.call_id ?? item.id ?? "", name, arguments: given });
      return [{ role: "assistant", speaker: "Assistant", text }];
    }
    if (item.type !== "function_call_output") return [];
    return [{ role: "tool", speaker: `Tool:${item.call_id}`, text: textOf(item.output) }];
  });
  return {
    message: foldTurns(turns),
    instructions: instructions.join("\n\n"),
    parts: current === undefined ? [] : mediaOf(current),
    urlCount: input.flatMap((item) => ("role" in item ? mediaOf(item) : [])).filter(isUrlPart).length,
  };
}

/** The message to answer; none when a tool's result is. */
function activeMessage(input: readonly InputItem[]): MessageItem | undefined {
  for (const item of input.toReversed()) {
    if ("role" in item) {
      if (item.role === "user") return item;
    } else if (item.type === "function_call_output") {
      return undefined;
    }
  }
  return undefined;
}

function textOf(content: string | readonly InputPart[]): string {
  if (typeof content === "string") return content;
  return content
    .map((part) => ("text" in part ? part.text : "refusal" in part ? part.refusal : ""))
    .filter(Boolean)
    .join("\n");
}

function standIn(message: MessageItem): string {
  const kinds = mediaOf(message).map((part) => part.type);
  if (kinds.includes("input_image")) return IMAGES_ONLY;
  return kinds.includes("input_file") ? FILES_ONLY : "";
}

function mediaOf({ content }: MessageItem): readonly InputPart[] {
  if (typeof content === "string") return [];
  return content.filter(({ type }) => type === "input_image" || type === "input_file");
}

function isUrlPart(part: InputPart): boolean {
  if (part.type === "input_image") {
    return part.source?.type === "url" || /^https?:/i.test(part.image_url ?? "");
  }
  return part.type === "input_file" && (part.source?.type === "url" || Boolean(part.file_url));
}
