import { EXTRACT_LINE_MAX_CHARS, EXTRACT_MAX_LINES } from "../limits.ts";
import type { Said } from "./said.ts";

/** A summary without a model: what was asked and answered, one line each, the newest lines if they are many. */
export function extractOf(said: readonly Said[], before: string | undefined): string {
  const lines = said.flatMap(({ role, text }) => {
    if (text === "" || role === "toolResult") return [];
    const line = text.replace(/\s+/g, " ");
    const short = line.length > EXTRACT_LINE_MAX_CHARS ? `${line.slice(0, EXTRACT_LINE_MAX_CHARS)}…` : line;
    return [`- ${role === "user" ? "Asked" : role === "assistant" ? "Answered" : "Noted"}: ${short}`];
  });
  const left = Math.max(0, lines.length - EXTRACT_MAX_LINES);
  return [
    ...(before === undefined ? [] : [before, ""]),
    ...(left > 0 ? [`(${left} older lines left out)`] : []),
    ...lines.slice(left),
  ].join("\n");
}
