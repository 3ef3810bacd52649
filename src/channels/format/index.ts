export type { ChunkMode } from "./breaks.ts";
export { chunk } from "./chunk.ts";
export { readMarkdown, type TableMode } from "./markdown.ts";
export { type MarkupStyle, writeMarkup } from "./markup.ts";
export { plainText } from "./plain.ts";
export { type Mark, type RichText, type Span, unmarked } from "./rich-text.ts";
