import type { Gate } from "../model-provider/index.ts";
import type { BinaryNode } from "./wire/index.ts";

/** What can go wrong with something a client sends. `after`: once its effect has taken place. */
export type Fault =
  /** Refused with a code: an error in the acknowledgement of a message, or in the answer to a question. */
  | { readonly kind: "refuse"; readonly code: number }
  /** Taken, and answered late. */
  | { readonly kind: "delay"; readonly until: () => Promise<void>; readonly after: boolean }
  /** Taken, and never answered. */
  | { readonly kind: "hang"; readonly after: boolean }
  /** The connection breaks instead of an answer. */
  | { readonly kind: "reset"; readonly after: boolean }
  /** The server ends the stream instead of an answer, with a code or a named reason. */
  | { readonly kind: "end"; readonly code: number | undefined; readonly after: boolean };

function waiting(time: number | Gate): () => Promise<void> {
  return typeof time === "number" ? () => Bun.sleep(time) : () => time.pass();
}

/** Makers of faults, named by what a client sees. */
export const faults = {
  /** Of a login: `failure` with this reason, 401 for a device that is no longer linked. Of a connection: HTTP status. */
  refuse: (code: number): Fault => ({ kind: "refuse", code }),
  /** Answered after so many ms, or when the gate is opened; the effect waits too. */
  delay: (time: number | Gate): Fault => ({ kind: "delay", until: waiting(time), after: false }),
  /** The effect takes place at once, the answer waits. */
  delayAfter: (time: number | Gate): Fault => ({ kind: "delay", until: waiting(time), after: true }),
  hang: (): Fault => ({ kind: "hang", after: false }),
  hangAfter: (): Fault => ({ kind: "hang", after: true }),
  reset: (): Fault => ({ kind: "reset", after: false }),
  resetAfter: (): Fault => ({ kind: "reset", after: true }),
  /** `stream:error` with this code, as 503, 515 or 408. */
  end: (code: number): Fault => ({ kind: "end", code, after: false }),
  endAfter: (code: number): Fault => ({ kind: "end", code, after: true }),
  /** Another client took its place. */
  replaced: (): Fault => ({ kind: "end", code: undefined, after: false }),
};

export interface FaultOptions {
  /** How many it befalls; all when not given. */
  readonly times?: number;
  /** So many pass first. */
  readonly skip?: number;
  readonly when?: (node: BinaryNode) => boolean;
}

/** A rule under way; `hits` counts what it befell. */
export interface FaultRule {
  readonly hits: number;
  /** Ends it. */
  lift(): void;
}

/** What is to go wrong, newest rule first. */
export class Faults {
  #rules: Rule[] = [];

  /**
   * From now on this goes wrong: a stanza by its tag (`message`, `receipt`, `ack`, `presence`, `chatstate`, `iq`), a
   * question by its namespace (`encrypt`, `usync`, `w:m` …), `connect`, `login`, `upload`, `download`, or `*`.
   */
  add(name: string, fault: Fault, options: FaultOptions = {}): FaultRule {
    const rule = new Rule(name, fault, options);
    this.#rules.unshift(rule);
    return {
      get hits() {
        return rule.hits;
      },
      lift: () => {
        this.#rules = this.#rules.filter((other) => other !== rule);
      },
    };
  }

  clear(): void {
    this.#rules = [];
  }

  /** What goes wrong with this, if anything; it is counted. */
  strike(names: readonly string[], node: BinaryNode): Fault | undefined {
    return this.#rules.find((rule) => rule.takes(names, node))?.fault;
  }
}

class Rule {
  hits = 0;
  #passed = 0;

  constructor(
    readonly name: string,
    readonly fault: Fault,
    readonly options: FaultOptions,
  ) {}

  takes(names: readonly string[], node: BinaryNode): boolean {
    const { when, skip = 0, times = Infinity } = this.options;
    if (this.name !== "*" && !names.includes(this.name)) return false;
    if (when && !when(node)) return false;
    if (this.hits >= times) return false;
    if (this.#passed < skip) {
      this.#passed += 1;
      return false;
    }
    this.hits += 1;
    return true;
  }
}
