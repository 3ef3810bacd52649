import { type PathStep, parsePath } from "./key-path.ts";
import { type Json5Member, type Json5Node, Json5SyntaxError, scanJson5 } from "./scan-json5.ts";

export * from "./scan-json5.ts";

/** Line and column, both from 1; the column counts UTF-16 units. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** Where `offset` is in `text`. */
export function positionAt(text: string, offset: number): TextPosition {
  let line = 1;
  let lineStart = 0;
  for (const { index, 0: end } of text.slice(0, offset).matchAll(/\r\n|[\n\r\u2028\u2029]/g)) {
    line += 1;
    lineStart = index + end.length;
  }
  return { line, column: offset - lineStart + 1 };
}

/** The member of an object that counts for `key`: the last one. */
export function memberOf(node: Json5Node, key: string): Json5Member | undefined {
  return node.kind === "object" ? node.members.findLast((member) => member.key === key) : undefined;
}

/**
 * The offset where the key at `steps` is written: of the key in an object, of the value in a list. For a key that is
 * not there, that of the nearest one above it.
 */
export function offsetOf(root: Json5Node, steps: readonly PathStep[]): number {
  let node = root;
  let offset = root.start;
  for (const step of steps) {
    const member = memberOf(node, String(step));
    const value = member?.value ?? (node.kind === "list" ? node.items[Number(step)]?.value : undefined);
    if (!value) return offset;
    offset = member?.keyStart ?? value.start;
    node = value;
  }
  return offset;
}

/**
 * Where the key at `path` (dotted or bracketed, or its steps) is written in a JSON5 text; for a key that is not there, the
 * nearest one above it. Where the text is not JSON5, the place of the fault.
 */
export function locate(text: string, path: string | readonly PathStep[]): TextPosition {
  const steps = typeof path === "string" ? (parsePath(path) ?? []) : path;
  try {
    return positionAt(text, offsetOf(scanJson5(text), steps));
  } catch (error) {
    if (error instanceof Json5SyntaxError) return positionAt(text, error.offset);
    throw error;
  }
}
