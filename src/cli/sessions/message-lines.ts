import { isRecord } from "../../client/index.ts";
import { messageText } from "../agent/run-frames.ts";
import { clipped, MAX_COLUMNS, wrap } from "../terminal/layout.ts";

/** Room left of the indent. */
const WIDTH = MAX_COLUMNS - 2;

/** Lines of a tool's result that are shown; the whole of it is in the export. */
const RESULT_LINES = 6;

/** Who says it, then what, in lines that fit; only the name when there is nothing to show. */
export function messageLines(message: Readonly<Record<string, unknown>>): string[] {
  const text = messageText(message).trimEnd();
  const lines = text === "" ? [] : wrap(text, WIDTH);
  switch (message.role) {
    case "user":
      return ["you", ...lines];
    case "toolResult": {
      const shown = lines.slice(0, RESULT_LINES);
      const left = lines.length - shown.length;
      return [
        `result of ${String(message.toolName)}`,
        ...shown,
        ...(left > 0 ? [`… ${left} more lines`] : []),
      ];
    }
    default:
      return ["agent", ...lines, ...toolCalls(message.content), ...failure(message)];
  }
}

function toolCalls(content: unknown): string[] {
  if (!Array.isArray(content)) return [];
  return content
    .filter((part) => isRecord(part))
    .filter((part) => part.type === "toolCall")
    .map((call) => clipped(`· ${String(call.name)} ${JSON.stringify(call.arguments)}`, WIDTH));
}

function failure(message: Readonly<Record<string, unknown>>): string[] {
  return typeof message.errorMessage === "string" ? wrap(`✗ ${message.errorMessage}`, WIDTH) : [];
}
