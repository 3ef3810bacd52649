import type { StoredEvent } from "../../../store/index.ts";
import { messageIn, textOf } from "../context/index.ts";
import type { PreviewItem } from "../sessions.ts";
import { clip } from "./bounds.ts";

/** Answers that mean "say nothing". */
const SILENT = /^\s*no_reply\s*$/i;

/** What a person or the agent said in an event, for a preview; undefined for everything else. */
export function previewItem({ event }: StoredEvent, maxChars: number): PreviewItem | undefined {
  const message = messageIn(event);
  const role = message?.["role"];
  if (message === undefined || (role !== "user" && role !== "assistant")) return undefined;
  const text = textOf(message["content"]).trim();
  if (text === "" || (role === "assistant" && SILENT.test(text))) return undefined;
  return { role, text: shortened(text, maxChars) };
}

/** A title from the first words of a conversation: its first line, cut at a word. */
export function titleFrom(text: string, maxChars: number): string | undefined {
  const line = text
    .split("\n")
    .map((one) => one.replaceAll(/\s+/g, " ").trim())
    .find((one) => one !== "" && !one.startsWith("/"));
  if (line === undefined) return undefined;
  if (line.length <= maxChars) return line;
  const cut = clip(line, maxChars - 1);
  const word = cut.lastIndexOf(" ");
  return `${word > maxChars / 2 ? cut.slice(0, word) : cut}…`;
}

/** Text on one line of at most so many characters. */
export function shortened(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : `${clip(text, Math.max(maxChars - 3, 0))}...`;
}
