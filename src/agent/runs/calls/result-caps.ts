import type { ToolResult } from "../../tools/index.ts";
import { DETAILS_MAX_CHARS, RESULT_MAX_CHARS, RESULT_WINDOW_TOKENS } from "../limits.ts";

/** Share of a shortened text that is kept of its beginning; the rest of what is kept is its end. */
const HEAD_SHARE = 0.7;

/** Characters of text a tool may answer a model of this context window with. */
export function maxResultChars(contextTokens: number): number {
  if (contextTokens >= RESULT_WINDOW_TOKENS.large) return RESULT_MAX_CHARS.large;
  if (contextTokens >= RESULT_WINDOW_TOKENS.medium) return RESULT_MAX_CHARS.medium;
  return RESULT_MAX_CHARS.small;
}

/** The result with its text within `maxChars` in all, beginning and end kept. */
export function capText(content: ToolResult["content"], maxChars: number): ToolResult["content"] {
  const total = content.reduce((sum, part) => sum + (part.type === "text" ? part.text.length : 0), 0);
  if (total <= maxChars) return content;
  let left = maxChars;
  return content.map((part) => {
    if (part.type !== "text") return part;
    const text = shorten(part.text, left);
    left = Math.max(0, left - text.length);
    return { ...part, text };
  });
}

/** Beginning and end of a long text, with a note of what is left out between. */
export function shorten(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const head = Math.floor(maxChars * HEAD_SHARE);
  const tail = maxChars - head;
  const end = tail > 0 ? text.slice(-tail) : "";
  return `${text.slice(0, head)}\n…[${text.length - maxChars} characters left out]…\n${end}`;
}

/** What is kept of a tool's details: all, or a note when they are too long to be kept. */
export function boundedDetails(details: unknown): unknown {
  if (details === undefined || details === null) return details;
  const json = jsonOf(details);
  if (json === undefined) return { persistedDetailsTruncated: true, reason: "not JSON" };
  if (json.length <= DETAILS_MAX_CHARS) return details;
  return { persistedDetailsTruncated: true, originalChars: json.length, ...scalarsOf(details) };
}

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** The short facts of what was too long: exit codes, durations and the like. */
function scalarsOf(details: unknown): Readonly<Record<string, unknown>> {
  if (typeof details !== "object" || details === null || Array.isArray(details)) return {};
  return Object.fromEntries(
    Object.entries(details).filter(([, value]) => typeof value === "number" || typeof value === "boolean"),
  );
}
