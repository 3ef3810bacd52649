export { boundedMessage, clip, placeholderFor } from "./bounds.ts";
export { SHOWN_TYPES, wireMessage } from "./message.ts";
export { type RowFacts, rowOf } from "./row.ts";
export { previewItem, shortened, titleFrom } from "./titles.ts";
