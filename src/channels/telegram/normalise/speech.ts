import { isRecord } from "../../../lib/records.ts";
import { markedText, type Span, spansOf } from "./entities.ts";
import { type Fields, idIn, partsIn, textIn } from "./fields.ts";
import type { BotSelf } from "./self.ts";

/** What a message says in text. */
export interface Speech {
  readonly text: string;
  /** The account was named by a mention or a command addressed to it. */
  readonly isMention: boolean;
  /** It begins with a command: for us, or for another bot by its name. */
  readonly command?: "own" | "other";
}

/** Reads text or caption with its marks. A command keeps its text as typed, without the bot's name. */
export function speechOf(message: Fields, self: BotSelf): Speech {
  const body = textIn(message, "text");
  const text = body ?? textIn(message, "caption") ?? "";
  const spans = spansOf(text, partsIn(message, body === undefined ? "caption_entities" : "entities"));
  const isMention = spans.some((span) => names(span, text, self));
  const first = spans[0];
  if (first === undefined || first.type !== "bot_command" || first.from !== 0) {
    return { text: markedText(text, spans), isMention };
  }
  const [command = "", bot] = text.slice(0, first.to).split("@");
  if (bot !== undefined && !isOwnName(bot, self)) return { text, isMention, command: "other" };
  return { text: command + text.slice(first.to), isMention, command: "own" };
}

function names({ type, from, to, fields }: Span, text: string, self: BotSelf): boolean {
  const inner = text.slice(from, to);
  switch (type) {
    case "mention":
      return isOwnName(inner.slice(1), self);
    case "text_mention":
      return isRecord(fields["user"]) && idIn(fields["user"], "id") === self.id;
    case "bot_command": {
      const [, bot] = inner.split("@");
      return bot !== undefined && isOwnName(bot, self);
    }
    default:
      return false;
  }
}

function isOwnName(name: string, { username }: BotSelf): boolean {
  return username !== undefined && name.toLowerCase() === username.toLowerCase();
}
