import { chunk, type ChunkMode, readMarkdown, type TableMode } from "../../format/index.ts";
import { MESSAGE_LIMIT } from "./limits.ts";
import { whatsappMarkup } from "./markup.ts";

export interface WhatsappTextOptions {
  /** Characters of one message: `textChunkLimit`. */
  readonly limit: number;
  readonly chunkMode?: ChunkMode;
  readonly tables?: TableMode | "block" | undefined;
}

/** One message's text, and whom it names. */
export interface WhatsappText {
  readonly text: string;
  /** Digits of the numbers it mentions. */
  readonly mentions: readonly string[];
}

/** `@+15550001`: a mention, if a number of that length can exist. */
const MENTION = /@\+(\d{7,15})\b/g;

/** A Markdown text as messages of WhatsApp, none for a text that says nothing. Total and linear in the text. */
export function whatsappTexts(markdown: string, options: WhatsappTextOptions): readonly WhatsappText[] {
  const { limit, chunkMode = "length", tables = "bullets" } = options;
  const rich = readMarkdown(markdown, tables === "block" ? "code" : tables);
  const size = { limit: Math.min(limit, MESSAGE_LIMIT), mode: chunkMode };
  return chunk(rich, { ...size, size: (part) => whatsappMarkup(part).length }).map((part) =>
    withMentions(whatsappMarkup(part)),
  );
}

function withMentions(text: string): WhatsappText {
  const mentions = new Set<string>();
  const shown = text.replaceAll(MENTION, (_, digits: string) => {
    mentions.add(digits);
    return `@${digits}`;
  });
  return { text: shown, mentions: [...mentions] };
}
