import { badRequest } from "../errors.ts";
import type { TgEntity } from "../shapes.ts";
import { withDetected } from "./detect.ts";
import { type FormattedText, parseHtml } from "./html.ts";

/** A message's text after its entities were read. */
export const MAX_TEXT_UTF16 = 4096;
/** A caption after its entities were read. */
export const MAX_CAPTION_UTF16 = 1024;

/** What a caller says of a text: `parse_mode` or ready entities. */
export interface Markup {
  readonly parseMode?: string;
  readonly entities?: readonly TgEntity[];
}

/**
 * Text as Telegram would show it: markup read, blanks around it cut off, links and names found.
 * The parser of `MarkdownV2` and `Markdown` is not modelled; both are refused like an unknown mode.
 * @throws ApiError 400
 */
export function formatted(raw: string, markup: Markup): FormattedText {
  const mode = markup.parseMode?.toLowerCase() ?? "";
  if (mode !== "" && mode !== "html") throw badRequest("unsupported parse_mode");
  const read = mode === "html" ? parseHtml(raw) : { text: raw, entities: markup.entities ?? [] };
  const { text, entities } = trimmed(read);
  return { text, entities: withDetected(text, entities) };
}

function trimmed({ text, entities }: FormattedText): FormattedText {
  const ending = text.trimEnd();
  const start = ending.length - ending.trimStart().length;
  const result = ending.slice(start);
  const moved: TgEntity[] = [];
  for (const entity of entities) {
    const from = Math.max(0, entity.offset - start);
    const to = Math.min(result.length, entity.offset + entity.length - start);
    if (to > from) moved.push({ ...entity, offset: from, length: to - from });
  }
  return { text: result, entities: moved };
}
