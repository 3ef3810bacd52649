/** A key and its value inside an object. Offsets are UTF-16 code units into the text. */
export interface Member {
  readonly key: string;
  readonly start: number;
  readonly value: TreeNode;
  /** Offset of the comma after the value, when there is one. */
  readonly comma: number | undefined;
}

/** An element of an array. */
export interface Item {
  readonly start: number;
  readonly value: TreeNode;
  readonly comma: number | undefined;
}

export type TreeNode =
  | {
      readonly kind: "object";
      readonly start: number;
      readonly end: number;
      readonly members: readonly Member[];
    }
  | { readonly kind: "array"; readonly start: number; readonly end: number; readonly items: readonly Item[] }
  | { readonly kind: "scalar"; readonly start: number; readonly end: number };

/** Where a text stops being JSON5. `line` and `column` count from 1. */
export class Json5SyntaxError extends Error {
  readonly offset: number;
  readonly line: number;
  readonly column: number;

  constructor(reason: string, text: string, offset: number) {
    const { line, column } = positionAt(text, offset);
    super(`JSON5: ${reason} at ${line}:${column}`);
    this.name = "SyntaxError";
    this.offset = offset;
    this.line = line;
    this.column = column;
  }
}

/** Deepest nesting that is read; far past any real config, shallow enough never to exhaust the stack. */
const MAX_DEPTH = 200;

const SPACE = /[\s\uFEFF]/;
const LINE_END = /[\n\r\u2028\u2029]/;
const IDENTIFIER_START = /[\p{L}\p{Nl}$_]/u;
const IDENTIFIER_PART = /[\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}$\u200C\u200D]/u;
const NUMBER =
  /^[+-]?(?:Infinity|NaN|0[xX][0-9a-fA-F]+|(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)/;
const WORDS = ["null", "true", "false"] as const;

/** Line and column (from 1) of an offset. */
export function positionAt(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) {
    line++;
    lineStart = at + 1;
  }
  return { line, column: offset - lineStart + 1 };
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
      if (close === -1) throw new Json5SyntaxError("unterminated comment", text, at);
      at = close + 2;
    } else {
      return at;
    }
  }
}

/** Reads where everything stands in a JSON5 text. Throws `Json5SyntaxError`. */
export function readTree(text: string): TreeNode {
  const scanner = new Scanner(text);
  const root = scanner.value(skipSpace(text, 0), 0);
  const after = skipSpace(text, root.end);
  if (after < text.length) throw scanner.unexpected(after);
  return root;
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

class Scanner {
  constructor(private readonly text: string) {}

  unexpected(offset: number): Json5SyntaxError {
    const code = this.text.codePointAt(offset);
    if (code === undefined) return new Json5SyntaxError("invalid end of input", this.text, offset);
    return new Json5SyntaxError(`invalid character '${String.fromCodePoint(code)}'`, this.text, offset);
  }

  value(start: number, depth: number): TreeNode {
    const char = this.text[start];
    if (depth > MAX_DEPTH)
      throw new Json5SyntaxError(`nested deeper than ${MAX_DEPTH} levels`, this.text, start);
    if (char === "{") return this.object(start, depth);
    if (char === "[") return this.array(start, depth);
    if (char === '"' || char === "'") return { kind: "scalar", start, end: this.string(start).end };
    const word = WORDS.find((candidate) => this.text.startsWith(candidate, start));
    const length = word?.length ?? NUMBER.exec(this.text.slice(start, start + 400))?.[0].length ?? 0;
    const end = start + length;
    if (length === 0 || IDENTIFIER_PART.test(this.text[end] ?? " ")) throw this.unexpected(end);
    return { kind: "scalar", start, end };
  }

  private object(start: number, depth: number): TreeNode {
    const members: Member[] = [];
    let at = skipSpace(this.text, start + 1);
    while (this.text[at] !== "}") {
      const { key, end } = this.key(at);
      const colon = skipSpace(this.text, end);
      if (this.text[colon] !== ":") throw this.unexpected(colon);
      const value = this.value(skipSpace(this.text, colon + 1), depth + 1);
      const comma = this.comma(value.end, "}");
      members.push({ key, start: at, value, comma });
      at = skipSpace(this.text, (comma ?? value.end - 1) + 1);
    }
    return { kind: "object", start, end: at + 1, members };
  }

  private array(start: number, depth: number): TreeNode {
    const items: Item[] = [];
    let at = skipSpace(this.text, start + 1);
    while (this.text[at] !== "]") {
      const value = this.value(at, depth + 1);
      const comma = this.comma(value.end, "]");
      items.push({ start: at, value, comma });
      at = skipSpace(this.text, (comma ?? value.end - 1) + 1);
    }
    return { kind: "array", start, end: at + 1, items };
  }

  /** The comma after an element; none is only right before the closing bracket. */
  private comma(end: number, close: string): number | undefined {
    const at = skipSpace(this.text, end);
    if (this.text[at] === ",") return at;
    if (this.text[at] === close) return undefined;
    throw this.unexpected(at);
  }

  private key(start: number): { key: string; end: number } {
    const char = this.text[start];
    if (char === '"' || char === "'") return this.string(start);
    let end = start;
    while (end < this.text.length) {
      const code = this.text.codePointAt(end) ?? 0;
      const part = String.fromCodePoint(code);
      const fits = end === start ? IDENTIFIER_START.test(part) : IDENTIFIER_PART.test(part);
      if (part === "\\" && /^\\u[0-9a-fA-F]{4}/.test(this.text.slice(end, end + 6))) end += 6;
      else if (fits) end += part.length;
      else break;
    }
    if (end === start) throw this.unexpected(start);
    const key = this.text
      .slice(start, end)
      .replaceAll(/\\u([0-9a-fA-F]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    return { key, end };
  }

  private string(start: number): { key: string; end: number } {
    const quote = this.text[start];
    let at = start + 1;
    for (; this.text[at] !== quote; at++) {
      const char = this.text[at];
      if (char === undefined || char === "\n" || char === "\r") throw this.unexpected(at);
      if (char === "\\") at++;
    }
    const key: unknown = Bun.JSON5.parse(this.text.slice(start, at + 1));
    return { key: String(key), end: at + 1 };
  }
}
