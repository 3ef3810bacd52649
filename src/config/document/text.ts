import { Json5SyntaxError, positionAt, scanJson5, type Json5Node } from "../locate.ts";

const SPACE = /[\s\uFEFF]/;
const LINE_END = /[\n\r\u2028\u2029]/;

/** Where and why a text is not JSON5, in the words clients know. `line` and `column` count from 1. */
export class TextError extends Error {
  readonly line: number;
  readonly column: number;

  constructor(text: string, cause: Json5SyntaxError) {
    const { line, column } = positionAt(text, cause.offset);
    const found = text.codePointAt(cause.offset);
    const reason =
      found === undefined ? "invalid end of input" : `invalid character '${String.fromCodePoint(found)}'`;
    super(`JSON5: ${cause.message.startsWith("unexpected") ? reason : cause.message} at ${line}:${column}`, {
      cause,
    });
    this.name = "SyntaxError";
    this.line = line;
    this.column = column;
  }
}

/** Where everything stands in a JSON5 text. Throws `TextError`. */
export function readTree(text: string): Json5Node {
  try {
    return scanJson5(text);
  } catch (cause) {
    throw cause instanceof Json5SyntaxError ? new TextError(text, cause) : cause;
  }
}

/** The end of the white space and comments that begin at `offset`; stops at the first line end when `sameLine`. */
export function skipSpace(text: string, offset: number, sameLine = false): number {
  let at = offset;
  for (;;) {
    const char = text[at];
    if (char === undefined) return at;
    if (SPACE.test(char)) {
      if (sameLine && LINE_END.test(char)) return at;
      at++;
    } else if (char === "/" && text[at + 1] === "/") {
      while (at < text.length && !LINE_END.test(text[at] ?? "\n")) at++;
    } else if (char === "/" && text[at + 1] === "*") {
      const close = text.indexOf("*/", at + 2);
      if (close === -1) return text.length;
      at = close + 2;
    } else {
      return at;
    }
  }
}

/** Every comment of a JSON5 text with its offset, in order. */
export function commentsOf(text: string): { readonly start: number; readonly text: string }[] {
  const comments: { start: number; text: string }[] = [];
  const token = /"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\//g;
  for (const match of text.matchAll(token)) {
    if (match[0].startsWith("/")) comments.push({ start: match.index, text: match[0] });
  }
  return comments;
}
