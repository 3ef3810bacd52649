import {
  chunk,
  type ChunkMode,
  plainText,
  readMarkdown,
  type RichText,
  type TableMode,
} from "../../format/index.ts";
import { telegramHtml } from "./html.ts";
import { CAPTION_LIMIT, MESSAGE_LIMIT } from "./limits.ts";

/** One message's text: as HTML, and as what is shown when Telegram cannot read that. Neither is over the limit. */
export interface TelegramText {
  readonly html: string;
  readonly plain: string;
}

export interface TelegramTextOptions {
  /** Characters of one message: `textChunkLimit`. Telegram's own limit holds anyway. */
  readonly limit: number;
  readonly chunkMode?: ChunkMode;
  /** `block` is what `code` is: a message holds no tables. */
  readonly tables?: TableMode | "block";
}

/** A Markdown text as messages of Telegram, none for a text that says nothing. Total and linear in the text. */
export function telegramTexts(markdown: string, options: TelegramTextOptions): readonly TelegramText[] {
  const limit = Math.min(options.limit, MESSAGE_LIMIT);
  return parts(markdown, options.tables, limit, options.chunkMode).map((part) => text(part, MESSAGE_LIMIT));
}

/** A Markdown text below a picture or file; undefined when it says nothing or is too long: then it is a message of its own. */
export function telegramCaption(
  markdown: string,
  options: Pick<TelegramTextOptions, "tables"> = {},
): TelegramText | undefined {
  const [caption, ...more] = parts(markdown, options.tables, CAPTION_LIMIT);
  return caption && more.length === 0 ? text(caption, CAPTION_LIMIT) : undefined;
}

function parts(
  markdown: string,
  tables: TelegramTextOptions["tables"] = "code",
  limit: number,
  mode: ChunkMode = "length",
): readonly RichText[] {
  return chunk(readMarkdown(markdown, tables === "block" ? "code" : tables), { limit, mode });
}

function text(part: RichText, limit: number): TelegramText {
  const plain = plainText(part);
  return { html: telegramHtml(part), plain: plain.length <= limit ? plain : part.text };
}
