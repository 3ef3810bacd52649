/** A value of a JSON5 text; offsets count UTF-16 units, `end` is behind the last one. */
export type Json5Node = Json5Object | Json5List | Json5Scalar;

export interface Json5Object {
  readonly kind: "object";
  readonly start: number;
  readonly end: number;
  readonly members: readonly Json5Member[];
}

export interface Json5List {
  readonly kind: "list";
  readonly start: number;
  readonly end: number;
  readonly items: readonly Json5Item[];
}

export interface Json5Scalar {
  readonly kind: "scalar";
  readonly start: number;
  readonly end: number;
  readonly value: string | number | boolean | null;
}

/** A value in a list or an object, with the comma behind it. */
export interface Json5Item {
  readonly value: Json5Node;
  /** Offset of the comma behind it; absent when there is none. */
  readonly comma?: number;
}

/** A key and its value; a key may stand in an object twice, the last one counts. */
export interface Json5Member extends Json5Item {
  readonly key: string;
  readonly keyStart: number;
  readonly keyEnd: number;
}

/** The text is not JSON5, or is nested too deeply; `offset` is where that shows. */
export class Json5SyntaxError extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
    this.name = "Json5SyntaxError";
  }
}

/** Deepest nesting: a configuration needs a dozen, and the scanner must not run out of stack. */
const MAX_DEPTH = 256;

const SPACE = /[\s\uFEFF]+/y;
const COMMENT = /\/\/[^\n\r\u2028\u2029]*|\/\*[^]*?\*\//y;
const IDENTIFIER =
  /(?:[\p{L}\p{Nl}$_]|\\u[0-9a-fA-F]{4})(?:[\p{L}\p{Nl}$_\p{Mn}\p{Mc}\p{Nd}\p{Pc}\u200C\u200D]|\\u[0-9a-fA-F]{4})*/uy;
const NUMBER = /[+-]?(?:Infinity|NaN|0[xX][0-9a-fA-F]+|(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)/y;
const STRING_RUN = /[^'"\\\n\r]+/y;
const WORD_BEHIND = /[\p{L}\p{Nl}$_\p{Nd}.\\]/uy;

const ESCAPES: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "0": "\0",
  "\n": "",
  "\r": "",
  "\u2028": "",
  "\u2029": "",
};

const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);

/** The positions of everything in a JSON5 text. Throws `Json5SyntaxError` where the text is not JSON5. */
export function scanJson5(text: string): Json5Node {
  return new Scanner(text).document();
}

class Scanner {
  #at = 0;

  constructor(readonly text: string) {}

  document(): Json5Node {
    this.#skip();
    const root = this.#value(0);
    this.#skip();
    if (this.#at < this.text.length) throw this.#unexpected();
    return root;
  }

  #unexpected(): Json5SyntaxError {
    const found = this.text.codePointAt(this.#at);
    if (found === undefined) return new Json5SyntaxError("unexpected end", this.#at);
    return new Json5SyntaxError(`unexpected ${JSON.stringify(String.fromCodePoint(found))}`, this.#at);
  }

  /** Takes what `pattern` (sticky) matches here. */
  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  /** Takes `mark` if it is next. */
  #mark(mark: string): boolean {
    if (this.text[this.#at] !== mark) return false;
    this.#at += 1;
    return true;
  }

  #skip(): void {
    while (this.#take(SPACE) !== undefined || this.#take(COMMENT) !== undefined);
  }

  #value(depth: number): Json5Node {
    if (depth > MAX_DEPTH) throw new Json5SyntaxError(`nested deeper than ${MAX_DEPTH}`, this.#at);
    switch (this.text[this.#at]) {
      case "{":
        return this.#object(depth);
      case "[":
        return this.#list(depth);
      default:
        return this.#scalar();
    }
  }

  #object(depth: number): Json5Object {
    const start = this.#at++;
    const members: Json5Member[] = [];
    for (;;) {
      this.#skip();
      if (this.#mark("}")) return { kind: "object", start, end: this.#at, members };
      if (members.length > 0 && members.at(-1)?.comma === undefined) throw this.#unexpected();
      const keyStart = this.#at;
      const key = this.#key();
      const keyEnd = this.#at;
      this.#skip();
      if (!this.#mark(":")) throw this.#unexpected();
      members.push({ key, keyStart, keyEnd, ...this.#item(depth) });
    }
  }

  #list(depth: number): Json5List {
    const start = this.#at++;
    const items: Json5Item[] = [];
    for (;;) {
      this.#skip();
      if (this.#mark("]")) return { kind: "list", start, end: this.#at, items };
      if (items.length > 0 && items.at(-1)?.comma === undefined) throw this.#unexpected();
      items.push(this.#item(depth));
    }
  }

  #item(depth: number): Json5Item {
    this.#skip();
    const value = this.#value(depth + 1);
    this.#skip();
    const comma = this.#at;
    return this.#mark(",") ? { value, comma } : { value };
  }

  #key(): string {
    const first = this.text[this.#at];
    if (first === '"' || first === "'") return this.#string(first);
    const name = this.#take(IDENTIFIER);
    if (name === undefined) throw this.#unexpected();
    return name.replaceAll(/\\u([0-9a-fA-F]{4})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }

  #scalar(): Json5Scalar {
    const start = this.#at;
    const first = this.text[start];
    if (first === '"' || first === "'") {
      const value = this.#string(first);
      return { kind: "scalar", start, end: this.#at, value };
    }
    const value = this.#number() ?? this.#word();
    if (value === undefined || this.#take(WORD_BEHIND) !== undefined) {
      this.#at = start;
      throw this.#unexpected();
    }
    return { kind: "scalar", start, end: this.#at, value };
  }

  #number(): number | undefined {
    const found = this.#take(NUMBER);
    if (found === undefined) return undefined;
    const digits = found.replace(/^[+-]/, "");
    return found.startsWith("-") ? -Number(digits) : Number(digits);
  }

  #word(): boolean | null | undefined {
    for (const [word, value] of WORDS) {
      if (this.text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    return undefined;
  }

  #string(quote: string): string {
    this.#at += 1;
    let value = "";
    for (;;) {
      value += this.#take(STRING_RUN) ?? "";
      if (this.#mark(quote)) return value;
      const next = this.text[this.#at];
      if (next === "\\") value += this.#escape();
      else if (next === '"' || next === "'") {
        value += next;
        this.#at += 1;
      } else throw this.#unexpected();
    }
  }

  #escape(): string {
    this.#at += 1;
    const letter = this.text[this.#at];
    if (letter === undefined) throw this.#unexpected();
    const digits = letter === "x" ? 2 : letter === "u" ? 4 : 0;
    if (digits > 0) {
      const hex = this.text.slice(this.#at + 1, this.#at + 1 + digits);
      if (hex.length < digits || !/^[0-9a-fA-F]+$/.test(hex)) throw this.#unexpected();
      this.#at += 1 + digits;
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    const behind = this.text[this.#at + 1] ?? "";
    if (/[1-9]/.test(letter) || (letter === "0" && /\d/.test(behind))) throw this.#unexpected();
    this.#at += letter === "\r" && behind === "\n" ? 2 : 1;
    return ESCAPES[letter] ?? letter;
  }
}
