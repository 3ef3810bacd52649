import { StoreError } from "../../errors.ts";
import { SEARCH_TEXT_MAX_CHARS, SEARCH_WORDS_MAX } from "../../limits.ts";
import type { StoredEvent, TranscriptEvent } from "../../transcripts.ts";

/** The columns of `transcript_events` that make a stored event. */
export interface EventRow {
  readonly seq: number;
  readonly messages: number;
  readonly event: string;
}

/** @throws StoreError `corrupt` */
export function storedOf({ seq, messages, event: json }: EventRow): StoredEvent {
  const event: unknown = JSON.parse(json);
  if (!isEvent(event)) throw new StoreError("corrupt", "A stored line of a transcript cannot be read.");
  return { seq, messageSeq: messages, event };
}

function isEvent(value: unknown): value is TranscriptEvent {
  if (typeof value !== "object" || value === null) return false;
  return (
    "type" in value &&
    typeof value.type === "string" &&
    "id" in value &&
    typeof value.id === "string" &&
    "timestamp" in value &&
    typeof value.timestamp === "string"
  );
}

/** What somebody said in an event, for the search; undefined when nobody did. */
export function saidIn(event: TranscriptEvent): { readonly role: string; readonly text: string } | undefined {
  const message = event["message"];
  if (event.type !== "message" || typeof message !== "object" || message === null) return undefined;
  if (!("role" in message) || !("content" in message)) return undefined;
  const { role, content } = message;
  if (role !== "user" && role !== "assistant") return undefined;
  const text = typeof content === "string" ? content : Array.isArray(content) ? textOf(content) : "";
  return text.trim() === "" ? undefined : { role, text: text.slice(0, SEARCH_TEXT_MAX_CHARS) };
}

function textOf(blocks: readonly unknown[]): string {
  return blocks
    .flatMap((block) => {
      if (typeof block !== "object" || block === null || !("type" in block) || block.type !== "text")
        return [];
      return "text" in block && typeof block.text === "string" ? [block.text] : [];
    })
    .join("\n");
}

/** What statistics need of an event; empty for what is no message. */
export interface EventSummary {
  readonly role: string;
  /** Of a tool's result: which tool. */
  readonly tool: string;
  /** Tools the message asks for. */
  readonly toolCalls: number;
  /** The model or the tool failed. */
  readonly isError: boolean;
}

export function summaryOf(event: TranscriptEvent): EventSummary {
  const message = event["message"];
  if (event.type !== "message" || typeof message !== "object" || message === null) return NO_SUMMARY;
  const field = (name: string): unknown => Reflect.get(message, name);
  const [role, tool, content] = [field("role"), field("toolName"), field("content")];
  return {
    role: typeof role === "string" ? role : "",
    tool: typeof tool === "string" ? tool : "",
    toolCalls: Array.isArray(content) ? content.filter(isToolCall).length : 0,
    isError: field("stopReason") === "error" || field("isError") === true,
  };
}

const NO_SUMMARY: EventSummary = { role: "", tool: "", toolCalls: 0, isError: false };

function isToolCall(block: unknown): boolean {
  return typeof block === "object" && block !== null && "type" in block && block.type === "toolCall";
}

/** Epoch ms of an event; 0 when its time cannot be read. */
export function timeOf(event: TranscriptEvent): number {
  const at = Date.parse(event.timestamp);
  return Number.isNaN(at) ? 0 : at;
}

/** Words somebody typed as a query that cannot be anything but words; undefined when there is none. */
export function matchOf(words: string): string | undefined {
  const terms = words
    .split(/[^\p{L}\p{N}_]+/u)
    .filter((term) => term !== "")
    .slice(0, SEARCH_WORDS_MAX)
    .map((term) => `"${term}"*`);
  return terms.length === 0 ? undefined : terms.join(" ");
}
