import { MAX_PATTERN_STATES } from "./limits.ts";
import { type Assertion, type CharTest, parsePattern, PatternError, type PatternNode } from "./syntax.ts";

/** A state of the machine: it takes a character, asks where it stands, goes two ways, or is through. */
type State =
  | { readonly kind: "char"; readonly test: CharTest; readonly next: number }
  | { readonly kind: "assert"; readonly what: Assertion; readonly next: number }
  | { readonly kind: "fork"; readonly ways: number[] }
  | { readonly kind: "match" };

const WORD = /^\w$/;

/**
 * A regular expression of a configuration. Looks for it in one pass, all ways at once, so that no pattern and no text
 * makes it slow: time grows with the length of the text times that of the pattern, never beyond.
 */
export class Pattern {
  readonly #states: State[] = [{ kind: "match" }];
  readonly #start: number;
  #steps = 0;

  /** @throws PatternError for what is no pattern, cannot be matched so, or is too big */
  constructor(readonly source: string) {
    this.#start = this.#compile(parsePattern(source), 0);
    if (this.found("")) throw new PatternError("it is found in every text");
  }

  /** True when the pattern is found anywhere in `text`. */
  found(text: string): boolean {
    const chars = Array.from(text);
    let current = new Set<number>();
    for (let at = 0; at <= chars.length; at++) {
      // A match may begin anywhere, so the beginning is tried at every place.
      if (this.#follow(this.#start, chars, at, current)) return true;
      const char = chars[at];
      if (char === undefined) return false;
      const next = new Set<number>();
      for (const index of current) {
        const state = this.#states[index];
        if (state?.kind !== "char" || !state.test(char)) continue;
        if (this.#follow(state.next, chars, at + 1, next)) return true;
      }
      current = next;
    }
    return false;
  }

  /** Adds what can be reached without taking a character; true when that is the end. */
  #follow(from: number, chars: readonly string[], at: number, reached: Set<number>): boolean {
    const open = [from];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      const state = this.#states[index];
      if (state === undefined || reached.has(index)) continue;
      reached.add(index);
      if (state.kind === "match") return true;
      if (state.kind === "fork") open.push(...state.ways);
      else if (state.kind === "assert" && holds(state.what, chars, at)) open.push(state.next);
    }
    return false;
  }

  #add(state: State): number {
    if (this.#states.length >= MAX_PATTERN_STATES) throw new PatternError("its repetitions are too many");
    return this.#states.push(state) - 1;
  }

  /** Builds the states of a node, which go on at `next`; answers where they begin. */
  #compile(node: PatternNode, next: number): number {
    this.#steps += 1;
    if (this.#steps > MAX_PATTERN_STATES * 4) throw new PatternError("its repetitions are too many");
    switch (node.kind) {
      case "char":
        return this.#add({ kind: "char", test: node.test, next });
      case "assert":
        return this.#add({ kind: "assert", what: node.what, next });
      case "sequence":
        return node.parts.reduceRight((after, part) => this.#compile(part, after), next);
      case "choice":
        return this.#add({ kind: "fork", ways: node.options.map((option) => this.#compile(option, next)) });
      case "repeat":
        return this.#repeat(node, next);
    }
  }

  #repeat({ part, min, max }: Extract<PatternNode, { kind: "repeat" }>, next: number): number {
    let after = next;
    if (max === undefined) {
      const ways: number[] = [next];
      after = this.#add({ kind: "fork", ways });
      ways.push(this.#compile(part, after));
    } else {
      for (let times = min; times < max; times++) {
        after = this.#add({ kind: "fork", ways: [next, this.#compile(part, after)] });
      }
    }
    for (let times = 0; times < min; times++) after = this.#compile(part, after);
    return after;
  }
}

function holds(what: Assertion, chars: readonly string[], at: number): boolean {
  switch (what) {
    case "start":
      return at === 0;
    case "end":
      return at === chars.length;
    case "boundary":
      return isBoundary(chars, at);
    case "no-boundary":
      return !isBoundary(chars, at);
  }
}

function isBoundary(chars: readonly string[], at: number): boolean {
  return isWord(chars[at - 1]) !== isWord(chars[at]);
}

function isWord(char: string | undefined): boolean {
  return char !== undefined && WORD.test(char);
}
