import type { Message, Tool, TranscriptContext } from "@earendil-works/pi-ai";
import { SELF } from "./self.ts";

/** What the guide sees of a conversation. */
export interface Asked {
  /** The person's last words, without what the gateway puts around them. */
  readonly text: string;
  /** An image came with them. */
  readonly hasImage: boolean;
  /** The guide said in this conversation what it is. */
  readonly introduced: boolean;
  /** Results of the tools that were called since. */
  readonly results: readonly { readonly tool: string; readonly text: string; readonly isError: boolean }[];
  readonly tools: ReadonlyMap<string, Tool>;
  /** Everything the person said, oldest first. */
  readonly history: readonly string[];
  /** Instructions of the call. */
  readonly system: string;
}

/** The clock time the gateway puts before each message. */
const STAMP = /^\[[A-Z][a-z]{2} \d{4}-\d{2}-\d{2} \d{2}:\d{2} [^\]]{1,40}\] /;
/** Who wrote it, on channels. */
const SENDER = /^Conversation info: ⟦openclaw:ctx⟧\n```json\n[\s\S]*?\n```\n\n/;
const INTERNAL_BEGINS = "<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>";
const INTERNAL_ENDS = "<<<END_OPENCLAW_INTERNAL_CONTEXT>>>";
/** Facts about the run after the first message. It begins where the line ends before it: a long gap is gone through once. */
const RUNTIME_LINE = /(?<!\n)\n+Runtime: agent=[^\n]*$/;

/** Reads the conversation of a call. */
export function askedIn({ messages }: TranscriptContext): Asked {
  const said = messages.filter((message) => message.role === "user").map(wordsOf);
  const spoken = said.filter((text) => text !== "");
  const last = messages.findLastIndex((message) => message.role === "user" && wordsOf(message) !== "");
  const after = messages.slice(last + 1);
  return {
    text: spoken.at(-1) ?? "",
    hasImage: hasImage(messages[last]),
    introduced: messages.some(
      (message) => message.role === "assistant" && textOf(message.content).includes(SELF),
    ),
    results: after.flatMap((message) =>
      message.role === "toolResult"
        ? [{ tool: message.toolName, text: textOf(message.content), isError: message.isError }]
        : [],
    ),
    tools: toolsOf(messages),
    history: spoken,
    system: messages
      .flatMap((message) => (message.role === "system" ? [textOf(message.content)] : []))
      .join("\n"),
  };
}

function wordsOf(message: Message): string {
  if (message.role !== "user") return "";
  return withoutInternal(textOf(message.content))
    .replace(SENDER, "")
    .replace(STAMP, "")
    .replace(RUNTIME_LINE, "")
    .trim();
}

/** Without what stands between each mark of a begin and the next of an end. */
function withoutInternal(text: string): string {
  let kept = "";
  let from = 0;
  while (true) {
    const begins = text.indexOf(INTERNAL_BEGINS, from);
    const ends = begins < 0 ? -1 : text.indexOf(INTERNAL_ENDS, begins);
    if (ends < 0) return kept + text.slice(from);
    kept += text.slice(from, begins);
    from = ends + INTERNAL_ENDS.length;
  }
}

function hasImage(message: Message | undefined): boolean {
  return (
    message?.role === "user" &&
    typeof message.content !== "string" &&
    message.content.some((part) => part.type === "image")
  );
}

function textOf(content: string | readonly { readonly type: string; readonly text?: string }[]): string {
  if (typeof content === "string") return content;
  return content.flatMap((part) => (part.text === undefined ? [] : [part.text])).join("\n");
}

/** The tools declared by the end of the conversation. */
function toolsOf(messages: readonly Message[]): ReadonlyMap<string, Tool> {
  const tools = new Map<string, Tool>();
  for (const message of messages) {
    if (message.role !== "system") continue;
    for (const { name } of message.toolsRemoved ?? []) tools.delete(name);
    for (const tool of message.toolsAdded ?? []) tools.set(tool.name, tool);
  }
  return tools;
}
