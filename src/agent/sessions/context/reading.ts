import type {
  AssistantMessage,
  ImageContent,
  JsonObject,
  StopReason,
  TextContent,
  ThinkingContent,
  ToolCall,
  ToolResultMessage,
  Usage,
} from "@earendil-works/pi-ai";
import type { TranscriptEvent } from "../../../store/index.ts";
import type { Author, AuthoredMessage } from "../sessions.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The object in `value`; undefined for anything else. */
export function fieldsOf(value: unknown): Fields | undefined {
  return isFields(value) ? value : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What came out of JSON and is an object is a JSON object. */
function isJsonObject(value: unknown): value is JsonObject {
  return isFields(value);
}

function textIn(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function numberIn(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** The message of a `message` event; undefined for other events. */
export function messageIn(event: TranscriptEvent): Fields | undefined {
  return event.type === "message" ? fieldsOf(event["message"]) : undefined;
}

/** Epoch ms of an event. */
export function timeOf(event: TranscriptEvent): number {
  const at = Date.parse(event.timestamp);
  return Number.isNaN(at) ? 0 : at;
}

/** All blocks of a message's content; plain text is one block. */
export function blocksOf(content: unknown): readonly Fields[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return Array.isArray(content) ? content.filter(isFields) : [];
}

/** Everything that is text in a content, one block a line. */
export function textOf(content: unknown): string {
  return blocksOf(content)
    .flatMap((block) => (block["type"] === "text" ? [textIn(block["text"]) ?? ""] : []))
    .join("\n");
}

function textBlock(block: Fields): TextContent | undefined {
  const text = textIn(block["text"]);
  if (block["type"] !== "text" || text === undefined || text.trim() === "") return undefined;
  const textSignature = textIn(block["textSignature"]);
  return { type: "text", text, ...(textSignature !== undefined && { textSignature }) };
}

function imageBlock(block: Fields): ImageContent | undefined {
  const data = textIn(block["data"]);
  const mimeType = textIn(block["mimeType"]);
  if (block["type"] !== "image" || data === undefined || mimeType === undefined) return undefined;
  return { type: "image", data, mimeType };
}

function thinkingBlock(block: Fields): ThinkingContent | undefined {
  if (block["type"] !== "thinking") return undefined;
  const thinkingSignature = textIn(block["thinkingSignature"]);
  return {
    type: "thinking",
    thinking: textIn(block["thinking"]) ?? "",
    ...(thinkingSignature !== undefined && { thinkingSignature }),
    ...(block["redacted"] === true && { redacted: true }),
  };
}

function toolCallBlock(block: Fields): ToolCall | undefined {
  const id = textIn(block["id"])?.trim();
  const name = textIn(block["name"]);
  const input = block["arguments"] ?? block["input"];
  if (block["type"] !== "toolCall" || !id || !name || !isJsonObject(input)) return undefined;
  const thoughtSignature = textIn(block["thoughtSignature"]);
  const namespace = textIn(block["namespace"]);
  return {
    type: "toolCall",
    id,
    name,
    arguments: input,
    ...(thoughtSignature !== undefined && { thoughtSignature }),
    ...(namespace !== undefined && { namespace }),
  };
}

/** Text and images of a message for the model. */
export function inputBlocks(content: unknown): (TextContent | ImageContent)[] {
  return blocksOf(content).flatMap((block) => {
    const found = textBlock(block) ?? imageBlock(block);
    return found === undefined ? [] : [found];
  });
}

/** A message of a person, with who that was. */
export function authoredMessage({ content, timestamp, __openclaw }: Fields, at: number): AuthoredMessage {
  return {
    role: "user",
    content: typeof content === "string" ? content : inputBlocks(content),
    timestamp: numberIn(timestamp) ?? at,
    author: authorOf(fieldsOf(__openclaw) ?? {}),
  };
}

function authorOf(facts: Fields): Author {
  const name = textIn(facts["senderName"]);
  const username = textIn(facts["senderUsername"]);
  const transport = fieldsOf(facts["transport"]);
  const messageId = textIn(transport?.["messageId"]);
  const chatTitle = textIn(transport?.["chatTitle"]);
  return {
    id: textIn(facts["senderId"]) ?? "",
    ...(name !== undefined && { name }),
    ...(username !== undefined && { username }),
    isOwner: facts["senderIsOwner"] === true,
    isOnChannel: fieldsOf(facts["senderIdentity"])?.["type"] === "channel",
    ...(messageId !== undefined && { messageId }),
    ...(chatTitle !== undefined && { chatTitle }),
  };
}

const STOP_REASONS: readonly StopReason[] = ["stop", "length", "toolUse", "error", "aborted", "deferred"];

/** An assistant message for the model; what its provider needs to go on is kept, what only we wrote is not. */
export function assistantMessage(message: Fields, at: number): AssistantMessage {
  const responseId = textIn(message["responseId"]);
  const responseModel = textIn(message["responseModel"]);
  const errorMessage = textIn(message["errorMessage"]);
  // A receipt of the gateway that the run failed is nothing the model said.
  const isReceipt = textIn(message["idempotencyKey"])?.endsWith(":terminal-error") === true;
  const isStopped = fieldsOf(message["openclawAbort"])?.["aborted"] === true;
  const stopReason = STOP_REASONS.find((reason) => reason === message["stopReason"]) ?? "stop";
  return {
    role: "assistant",
    content: (isReceipt ? [] : blocksOf(message["content"])).flatMap((block) => {
      const found = textBlock(block) ?? thinkingBlock(block) ?? toolCallBlock(block);
      return found === undefined ? [] : [found];
    }),
    api: textIn(message["api"]) ?? "",
    provider: textIn(message["provider"]) ?? "",
    model: textIn(message["model"]) ?? "",
    usage: usageOf(message["usage"]),
    stopReason: isStopped ? "aborted" : stopReason,
    timestamp: numberIn(message["timestamp"]) ?? at,
    ...(responseId !== undefined && { responseId }),
    ...(responseModel !== undefined && { responseModel }),
    ...(errorMessage !== undefined && { errorMessage }),
  };
}

/** A tool's result for the model, without the details that only people look at; undefined without a call id. */
export function toolResultMessage(message: Fields, at: number): ToolResultMessage | undefined {
  const toolCallId = textIn(message["toolCallId"])?.trim();
  if (!toolCallId) return undefined;
  return {
    role: "toolResult",
    toolCallId,
    toolName: textIn(message["toolName"]) ?? "",
    content: inputBlocks(message["content"]),
    isError: message["isError"] === true,
    timestamp: numberIn(message["timestamp"]) ?? at,
  };
}

/** Tokens and cost as written; zeros for what is missing. */
export function usageOf(value: unknown): Usage {
  const usage = fieldsOf(value) ?? {};
  const cost = fieldsOf(usage["cost"]) ?? {};
  const count = (from: Fields, name: string): number => numberIn(from[name]) ?? 0;
  return {
    input: count(usage, "input"),
    output: count(usage, "output"),
    cacheRead: count(usage, "cacheRead"),
    cacheWrite: count(usage, "cacheWrite"),
    totalTokens: count(usage, "totalTokens"),
    cost: {
      input: count(cost, "input"),
      output: count(cost, "output"),
      cacheRead: count(cost, "cacheRead"),
      cacheWrite: count(cost, "cacheWrite"),
      total: count(cost, "total"),
    },
  };
}
