import { span } from "../../../lib/amounts.ts";
import type { OverheardMessage } from "./group-history.ts";
import { CONTEXT_MAX_CHARS, OLD_MESSAGE_MS } from "../limits.ts";
import { asSaid } from "./marks.ts";
import { calledBy, type Said } from "./said.ts";

const HISTORY_HEADING = "[Chat messages since your last reply - for context]";

/** What stands before a message for the model; undefined when there is nothing to tell. */
export function contextOf(
  said: Said,
  around: {
    readonly history: readonly OverheardMessage[];
    /** What it answers may be shown. */
    readonly showQuote: boolean;
    readonly now: number;
  },
): string | undefined {
  const parts = [historyText(around.history), quoteText(said, around.showQuote), ageText(said, around.now)];
  const told = parts.filter((part) => part !== undefined);
  return told.length === 0 ? undefined : told.join("\n\n");
}

function historyText(history: readonly OverheardMessage[]): string | undefined {
  if (history.length === 0) return undefined;
  // Further lines of a message are set in, so that nobody can write lines of others.
  const lines = history.map(
    ({ sender, text }) => `${calledBy(sender)}: ${asData(text).replaceAll("\n", "\n  ")}`,
  );
  return [HISTORY_HEADING, ...lines].join("\n");
}

function quoteText({ message }: Said, showQuote: boolean): string | undefined {
  if (message.kind !== "message" || !message.replyTo) return undefined;
  const { messageId, sender, text, quote, isOwn } = message.replyTo;
  const whose = isOwn ? "your message" : sender ? calledBy(sender) : "a message";
  const words = quote ?? text;
  if (!showQuote || words === undefined || words.trim() === "")
    return `[Replying to ${whose} id:${messageId}]`;
  const part = quote === undefined ? "" : " (the quoted part)";
  return `[Replying to ${whose} id:${messageId}${part}]\n${asData(words)}\n[/Replying]`;
}

function ageText({ message }: Said, now: number): string | undefined {
  const age = now - message.at;
  return age < OLD_MESSAGE_MS ? undefined : `[Sent ${span(age)} ago]`;
}

/** Words of others, cut, without marks only we may set. */
function asData(text: string): string {
  const cut = text.length > CONTEXT_MAX_CHARS ? `${text.slice(0, CONTEXT_MAX_CHARS)}…` : text;
  return asSaid(cut).trim();
}

/** The same in one line and in quotation marks, for where a line break would be the end of it. */
export function asQuoted(text: string): string {
  return JSON.stringify(asData(text));
}
