import { MAX_KNOWN_CHARS, MAX_PATTERN_CHARS, MAX_PATTERN_DEPTH } from "./limits.ts";

/** A pattern that is not taken, with the reason for a person. */
export class PatternError extends Error {
  override readonly name = "PatternError";
}

/** True for the characters one place of a pattern stands for. */
export type CharTest = (char: string) => boolean;

export type Assertion = "start" | "end" | "boundary" | "no-boundary";

export type PatternNode =
  | { readonly kind: "char"; readonly test: CharTest }
  | { readonly kind: "assert"; readonly what: Assertion }
  | { readonly kind: "sequence"; readonly parts: readonly PatternNode[] }
  | { readonly kind: "choice"; readonly options: readonly PatternNode[] }
  | {
      readonly kind: "repeat";
      readonly part: PatternNode;
      readonly min: number;
      /** Undefined for as often as it likes. */
      readonly max: number | undefined;
    };

const ASSERTIONS: Readonly<Record<string, Assertion>> = {
  "^": "start",
  $: "end",
  "\\b": "boundary",
  "\\B": "no-boundary",
};

/** Escapes that stand for a class of characters or a code point. */
const ESCAPE = /^\\(?:[dDwWsStnrfv0]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]{1,6}\}|[pP]\{[^}]*\})/;
const ESCAPED_SIGN = /^\\([^A-Za-z0-9])/u;
const CLASS = /^\[(?:\\[^]|[^\]\\])*\]/u;
const SIGNS = /[\\^$.*+?()[\]{}|/]/g;
const COUNT = /^\{(\d{1,4})(,(\d{1,4})?)?\}/;

/**
 * Reads the part of JavaScript's regular expressions that can be matched in one pass over the text: everything but
 * back references and looking around. Letters match in either case. @throws PatternError
 */
export function parsePattern(source: string): PatternNode {
  if (source.length > MAX_PATTERN_CHARS)
    throw new PatternError(`longer than ${MAX_PATTERN_CHARS} characters`);
  // The stricter reading refuses escapes that do no harm, such as \\@.
  if (expression(source) === undefined) throw new PatternError("not a regular expression");
  return new PatternReader(source).read();
}

function expression(source: string): RegExp | undefined {
  for (const flags of ["iu", "i"]) {
    try {
      return new RegExp(source, flags);
    } catch {
      // Read the other way, it may be one.
    }
  }
  return undefined;
}

class PatternReader {
  #rest: string;
  #depth = 0;

  constructor(source: string) {
    this.#rest = source;
  }

  read(): PatternNode {
    const node = this.#choice();
    if (this.#rest !== "") throw new PatternError(`unexpected ${this.#rest.slice(0, 1)}`);
    return node;
  }

  #choice(): PatternNode {
    const options = [this.#sequence()];
    while (this.#eat("|")) options.push(this.#sequence());
    const [only, ...others] = options;
    return only !== undefined && others.length === 0 ? only : { kind: "choice", options };
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (this.#rest !== "" && !this.#rest.startsWith("|") && !this.#rest.startsWith(")")) {
      parts.push(this.#repeated(this.#place()));
    }
    return { kind: "sequence", parts };
  }

  #repeated(part: PatternNode): PatternNode {
    const bounds = this.#bounds();
    if (bounds === undefined) return part;
    // Whether it takes as much or as little as it can makes no difference to whether there is a match.
    this.#eat("?");
    return { kind: "repeat", part, ...bounds };
  }

  #bounds(): { readonly min: number; readonly max: number | undefined } | undefined {
    if (this.#eat("*")) return { min: 0, max: undefined };
    if (this.#eat("+")) return { min: 1, max: undefined };
    if (this.#eat("?")) return { min: 0, max: 1 };
    const count = this.#take(COUNT);
    if (count === undefined) return undefined;
    const min = Number(count[1]);
    const max = count[3] === undefined ? undefined : Number(count[3]);
    return { min, max: count[2] === undefined ? min : max };
  }

  #place(): PatternNode {
    for (const [text, what] of Object.entries(ASSERTIONS)) {
      if (this.#eat(text)) return { kind: "assert", what };
    }
    if (this.#eat("(")) return this.#group();
    const sign = this.#take(ESCAPED_SIGN)?.[1];
    if (sign !== undefined) return { kind: "char", test: literal(sign) };
    if (this.#rest.startsWith("\\"))
      return this.#class(ESCAPE, "a back reference, or an escape that is not known");
    if (this.#rest.startsWith("[")) return this.#class(CLASS, "a class of characters without an end");
    if (this.#eat(".")) return { kind: "char", test: charTest(/^.$/u) };
    const char = this.#take(/^[^*+?)]/u)?.[0];
    if (char === undefined) throw new PatternError("nothing to repeat");
    return { kind: "char", test: literal(char) };
  }

  #group(): PatternNode {
    this.#depth += 1;
    if (this.#depth > MAX_PATTERN_DEPTH)
      throw new PatternError(`groups nested deeper than ${MAX_PATTERN_DEPTH}`);
    const opening = this.#take(/^\?(?::|<[A-Za-z_$][\w$]*>)/);
    if (opening === undefined && this.#rest.startsWith("?"))
      throw new PatternError("it looks around (?=, ?!, ?<), which is not supported");
    const node = this.#choice();
    if (!this.#eat(")")) throw new PatternError("a group without an end");
    this.#depth -= 1;
    return node;
  }

  /** What a class means is left to JavaScript itself, asked about single characters only. */
  #class(shape: RegExp, otherwise: string): PatternNode {
    const text = this.#take(shape)?.[0];
    const whole = text === undefined ? undefined : expression(`^${text}$`);
    if (whole === undefined) throw new PatternError(otherwise);
    return { kind: "char", test: charTest(whole) };
  }

  #take(shape: RegExp): RegExpExecArray | undefined {
    const found = shape.exec(this.#rest) ?? undefined;
    this.#rest = this.#rest.slice(found?.[0].length ?? 0);
    return found;
  }

  #eat(text: string): boolean {
    if (!this.#rest.startsWith(text)) return false;
    this.#rest = this.#rest.slice(text.length);
    return true;
  }
}

function literal(char: string): CharTest {
  return charTest(new RegExp(`^${char.replaceAll(SIGNS, "\\$&")}$`, "iu"));
}

/** Asks once for each character; a text has many, but few that differ. */
function charTest(whole: RegExp): CharTest {
  const known = new Map<string, boolean>();
  return (char) => {
    const before = known.get(char);
    if (before !== undefined) return before;
    const fits = whole.test(char);
    if (known.size < MAX_KNOWN_CHARS) known.set(char, fits);
    return fits;
  };
}
