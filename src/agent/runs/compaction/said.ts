import { isRecord } from "../../../lib/records.ts";
import type { StoredEvent } from "../../../store/index.ts";
import {
  CHARS_PER_TOKEN,
  COMPACTION_MESSAGE_MAX_CHARS,
  IMAGE_TOKENS,
  SENDER_NAME_MAX_CHARS,
} from "../limits.ts";
import { shorten } from "../calls/result-caps.ts";

/** A line of a transcript that somebody said, as far as a summary is concerned. */
export interface Said {
  readonly id: string;
  readonly role: "user" | "assistant" | "toolResult" | "note";
  /** Of somebody on a chat channel, where several may speak. */
  readonly name?: string;
  /** What was said, with calls and their arguments. */
  readonly text: string;
  readonly tokens: number;
  /** Ids of the calls it makes, or of the call it answers. */
  readonly callIds: readonly string[];
}

/** What was said in events, in order; what is no message is left out. */
export function saidIn(events: readonly StoredEvent[]): Said[] {
  return events.flatMap(({ event }) => {
    const said = event.type === "message" ? messageOf(event.message) : noteOf(event.type, event.content);
    if (!said) return [];
    const text = said.parts.join("\n").trim();
    const { role, name, callIds } = said;
    const tokens = tokensOf(said);
    return [{ id: event.id, role, text, tokens, callIds, ...(name !== undefined && { name }) }];
  });
}

interface Parts extends Pick<Said, "role" | "name"> {
  readonly parts: readonly string[];
  readonly images: number;
  readonly callIds: readonly string[];
}

function messageOf(message: unknown): Parts | undefined {
  if (!isRecord(message)) return undefined;
  const { role, content } = message;
  if (role !== "user" && role !== "assistant" && role !== "toolResult") return undefined;
  const answers = role === "toolResult" && typeof message.toolCallId === "string" ? [message.toolCallId] : [];
  const name = role === "user" ? nameIn(message["__openclaw"]) : undefined;
  const callIds = role === "toolResult" ? answers : callsIn(content);
  return { role, ...partsOf(content), callIds, ...(name !== undefined && { name }) };
}

/** On one line and short: it stands before what was said, and must not look like a line of another. */
function nameIn(facts: unknown): string | undefined {
  if (!isRecord(facts) || !isRecord(facts.senderIdentity) || facts.senderIdentity.type !== "channel") {
    return undefined;
  }
  const { senderName, senderId } = facts;
  const name = typeof senderName === "string" ? senderName : senderId;
  if (typeof name !== "string") return undefined;
  return (
    name
      .replaceAll(/[\s:]+/g, " ")
      .trim()
      .slice(0, SENDER_NAME_MAX_CHARS) || undefined
  );
}

function callsIn(content: unknown): string[] {
  const blocks = Array.isArray(content) ? content.filter(isRecord) : [];
  return blocks.flatMap(({ type, id }) => (type === "toolCall" && typeof id === "string" ? [id] : []));
}

function noteOf(type: string, content: unknown): Parts | undefined {
  return type === "custom_message" ? { role: "note", ...partsOf(content), callIds: [] } : undefined;
}

function partsOf(content: unknown): Pick<Parts, "parts" | "images"> {
  if (typeof content === "string") return { parts: [content], images: 0 };
  const blocks = Array.isArray(content) ? content.filter(isRecord) : [];
  const parts = blocks.flatMap((block) => {
    if (typeof block.text === "string") return [block.text];
    if (block.type === "toolCall")
      return [`[calls ${String(block.name)} ${JSON.stringify(block.arguments)}]`];
    return block.type === "image" ? ["[an image]"] : [];
  });
  return { parts, images: blocks.filter(({ type }) => type === "image").length };
}

function tokensOf({ parts, images }: Pick<Parts, "parts" | "images">): number {
  const chars = parts.reduce((sum, part) => sum + part.length, 0);
  return Math.ceil(chars / CHARS_PER_TOKEN) + images * IMAGE_TOKENS;
}

const NAMES: Readonly<Record<Said["role"], string>> = {
  user: "User",
  assistant: "Assistant",
  toolResult: "Tool result",
  note: "Note",
};

/** The conversation as plain text; long messages keep their beginning and end. */
export function asText(said: readonly Said[]): string {
  return said
    .filter(({ text }) => text !== "")
    .map(({ role, name, text }) => {
      const who = name === undefined ? NAMES[role] : `${NAMES[role]} (${name})`;
      return `${who}: ${shorten(text, COMPACTION_MESSAGE_MAX_CHARS)}`;
    })
    .join("\n\n");
}
