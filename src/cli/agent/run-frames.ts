import { type GatewayClient, isRecord } from "../../client/index.ts";

/** A tool at work, as far as a person wants to know. */
export interface ToolNews {
  readonly name: string;
  readonly phase: "start" | "failed";
  /** The argument that says most, or what went wrong. */
  readonly detail: string;
}

/** How a chat run ended, from its last `chat` event. */
export interface ChatEnd {
  readonly state: "final" | "aborted" | "error";
  /** What was said; empty when nothing was. */
  readonly text: string;
  readonly errorMessage: string | undefined;
}

export interface RunListener {
  /** The message in progress, from its first word on. */
  text(full: string): void;
  tool(news: ToolNews): void;
  ended(end: ChatEnd): void;
}

/** Hears one run on this connection, from now on; returns what stops it. */
export function listenToRun(client: GatewayClient, runId: string, listener: RunListener): () => void {
  const stopChat = client.onEvent("chat", ({ payload }) => {
    if (isRecord(payload) && payload.runId === runId) heardChat(payload, listener);
  });
  const stopAgent = client.onEvent("agent", ({ payload }) => {
    if (!isRecord(payload) || payload.runId !== runId || payload.stream !== "tool") return;
    const news = isRecord(payload.data) ? toolNews(payload.data) : undefined;
    if (news !== undefined) listener.tool(news);
  });
  return () => {
    stopChat();
    stopAgent();
  };
}

function heardChat(payload: Record<string, unknown>, listener: RunListener): void {
  const { state, errorMessage } = payload;
  const text = messageText(payload.message);
  if (state === "delta") listener.text(text);
  else if (state === "final" || state === "aborted" || state === "error") {
    listener.ended({
      state,
      text,
      errorMessage: typeof errorMessage === "string" ? errorMessage : undefined,
    });
  }
}

/** The words of a message, without its tool calls and pictures. */
export function messageText(message: unknown): string {
  if (!isRecord(message)) return "";
  const { content } = message;
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content
    .map((part: unknown) => (isRecord(part) && part.type === "text" ? part.text : undefined))
    .filter((text) => typeof text === "string")
    .join("");
}

/** Arguments that say what a tool is about to do, the most telling first. */
const TELLING = ["title", "command", "path", "url", "query", "to", "message"];

function toolNews(data: Record<string, unknown>): ToolNews | undefined {
  const name = typeof data.name === "string" ? data.name : "tool";
  if (data.phase === "start") {
    const args = isRecord(data.args) ? data.args : {};
    const telling = TELLING.map((key) => args[key]).find((value) => typeof value === "string");
    return { name, phase: "start", detail: oneLine(telling ?? JSON.stringify(args)) };
  }
  if (data.phase === "result" && data.isError === true) {
    return { name, phase: "failed", detail: oneLine(messageText(data.result)) };
  }
  return undefined;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
