import { isRecord } from "../../../lib/records.ts";

/** Telegram nests 16 deep; what is deeper is no message of Telegram's. */
const MAX_DEPTH = 32;

/** The words of a rich message, a block a line; undefined when there are none. */
export function plainTextOf(blocks: unknown): string | undefined {
  const text = linesOf(blocks, 0)
    .filter((line) => line !== "")
    .join("\n")
    .toWellFormed();
  return text === "" ? undefined : text;
}

function linesOf(blocks: unknown, depth: number): string[] {
  if (depth > MAX_DEPTH || !Array.isArray(blocks)) return [];
  return blocks.flatMap((block: unknown) => {
    if (Array.isArray(block)) return [rowOf(block, depth)];
    if (!isRecord(block)) return [];
    const own = [block["summary"], block["text"], block["caption"]].map((part) => inlineText(part, depth));
    return [
      ...own,
      ...linesOf(block["blocks"], depth + 1),
      ...linesOf(block["items"], depth + 1),
      ...linesOf(block["cells"], depth + 1),
    ];
  });
}

/** One row of a table. */
function rowOf(cells: readonly unknown[], depth: number): string {
  return cells.map((cell) => (isRecord(cell) ? inlineText(cell["text"], depth) : "")).join(" | ");
}

function inlineText(part: unknown, depth: number): string {
  if (typeof part === "string") return part;
  if (depth > MAX_DEPTH) return "";
  if (Array.isArray(part)) return part.map((one) => inlineText(one, depth + 1)).join("");
  if (!isRecord(part)) return "";
  return inlineText(part["text"] ?? part["alternative_text"], depth + 1);
}
