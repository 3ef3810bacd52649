/** Text that is looked through for its fault; a longer one was not typed by hand. */
const MAX_CHARS = 262_144;

/** Nesting that is followed; text nested deeper is no request of anybody. */
const MAX_DEPTH = 500;

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

/** Where and why text is not JSON, in the words of common parsers; undefined when it is, or when it is too long to say. */
export function jsonFault(text: string): string | undefined {
  if (text.length > MAX_CHARS) return undefined;
  const scan = new Scan(text);
  try {
    scan.value(0);
    scan.space();
    if (scan.at < text.length) scan.fail("Unexpected non-whitespace character after the value");
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
}

class Fault extends Error {}

class Scan {
  at = 0;

  constructor(readonly text: string) {}

  fail(what: string): never {
    const before = this.text.slice(0, this.at).split("\n");
    const column = (before.at(-1)?.length ?? 0) + 1;
    throw new Fault(`${what} in JSON at position ${this.at} (line ${before.length} column ${column})`);
  }

  space(): void {
    this.take(SPACE);
  }

  value(depth: number): void {
    this.space();
    if (depth > MAX_DEPTH) this.fail("Too deeply nested value");
    if (this.at >= this.text.length) throw new Fault("Unexpected end of JSON input");
    if (this.next("{")) return this.object(depth);
    if (this.next("[")) return this.array(depth);
    if (this.peek() === '"') return this.string("Unterminated string");
    if (!this.take(LITERAL) && !this.take(NUMBER)) this.fail(`Unexpected token '${this.peek()}'`);
  }

  private object(depth: number): void {
    this.space();
    if (this.next("}")) return;
    for (let first = true; ; first = false) {
      this.space();
      const wanted = first ? "Expected property name or '}'" : "Expected double-quoted property name";
      if (this.peek() !== '"') this.fail(wanted);
      this.string("Unterminated string");
      this.space();
      if (!this.next(":")) this.fail("Expected ':' after property name");
      this.value(depth + 1);
      this.space();
      if (this.next("}")) return;
      if (!this.next(",")) this.fail("Expected ',' or '}' after property value");
    }
  }

  private array(depth: number): void {
    this.space();
    if (this.next("]")) return;
    for (;;) {
      this.value(depth + 1);
      this.space();
      if (this.next("]")) return;
      if (!this.next(",")) this.fail("Expected ',' or ']' after array element");
    }
  }

  private string(what: string): void {
    if (!this.take(STRING)) this.fail(`${what} or bad character in string`);
  }

  private peek(): string {
    return this.text.charAt(this.at);
  }

  private next(character: string): boolean {
    if (this.peek() !== character) return false;
    this.at += 1;
    return true;
  }

  private take(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found) return false;
    this.at = pattern.lastIndex;
    return true;
  }
}
