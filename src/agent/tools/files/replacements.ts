import { ToolInputError } from "../define.ts";

/** One passage and what takes its place. */
export interface Replacement {
  readonly oldText: string;
  readonly newText: string;
}

interface Span extends Replacement {
  readonly index: number;
  readonly start: number;
}

/**
 * Replaces passages that each occur exactly once in the text as it was before; they must not overlap.
 * @throws ToolInputError that says what to change about the call
 */
export function replaceAllOnce(
  text: string,
  edits: readonly Replacement[],
): { readonly text: string; readonly firstChangedLine: number } {
  const spans = edits.map((edit, index) => locate(text, edit, index)).sort((a, b) => a.start - b.start);
  let result = "";
  let position = 0;
  let before: Span | undefined;
  for (const span of spans) {
    if (span.start < position) {
      throw new ToolInputError(`edits[${before?.index}] and edits[${span.index}] overlap: make them one`);
    }
    result += text.slice(position, span.start) + span.newText;
    position = span.start + span.oldText.length;
    before = span;
  }
  result += text.slice(position);
  if (result === text) throw new ToolInputError("nothing would change: old and new text are the same");
  return { text: result, firstChangedLine: lineAt(text, spans[0]?.start ?? 0) };
}

function locate(text: string, edit: Replacement, index: number): Span {
  const { oldText } = edit;
  if (oldText === "") throw new ToolInputError(`edits[${index}]: oldText is empty`);
  const start = text.indexOf(oldText);
  if (start < 0) throw new ToolInputError(`edits[${index}]: oldText was not found${hintOf(text, oldText)}`);
  if (text.indexOf(oldText, start + 1) >= 0) {
    const lines = linesOf(text, oldText);
    throw new ToolInputError(
      `edits[${index}]: oldText is not unique, it begins at lines ${lines}: add what stands around it`,
    );
  }
  return { ...edit, index, start };
}

const SHOWN_PLACES = 5;

function linesOf(text: string, passage: string): string {
  const lines: number[] = [];
  for (
    let at = text.indexOf(passage);
    at >= 0 && lines.length <= SHOWN_PLACES;
    at = text.indexOf(passage, at + 1)
  ) {
    lines.push(lineAt(text, at));
  }
  return lines.length > SHOWN_PLACES ? `${lines.slice(0, SHOWN_PLACES).join(", ")}, …` : lines.join(", ");
}

function lineAt(text: string, position: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < position; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}

/** Where the same words stand with other blanks, or at least the first of the lines. */
function hintOf(text: string, passage: string): string {
  const wanted = passage.split("\n").map(squeezed);
  const lines = text.split("\n").map(squeezed);
  const first = wanted.findIndex((line) => line !== "");
  if (first < 0) return "";
  const starts = lines.flatMap((line, index) => (line === wanted[first] ? [index - first] : []));
  const same = starts.find((start) => wanted.every((line, offset) => (lines[start + offset] ?? "") === line));
  if (same !== undefined)
    return `; the same words with other blanks begin at line ${same + 1}: copy them exactly`;
  const [near] = starts;
  if (near === undefined) return "; read the file again";
  return `; its first line is line ${near + first + 1}, what follows there is different`;
}

function squeezed(line: string): string {
  return line.trim().replaceAll(/\s+/g, " ");
}
