import type { Gate } from "../model-provider/index.ts";
import { type ApiError, errorOf, tooManyRequests } from "./errors.ts";
import type { Call } from "./journal.ts";

/** What goes wrong with a call. "After" means that the effect took place: the message exists. */
export type Fault =
  /** Refused; nothing happened. */
  | { readonly kind: "refuse"; readonly error: ApiError }
  /** Something else than the Bot API answers, as proxies do. */
  | { readonly kind: "html"; readonly status: number; readonly after: boolean }
  /** Taken, and answered late. */
  | { readonly kind: "delay"; readonly until: () => Promise<void>; readonly after: boolean }
  /** Taken, and never answered. */
  | { readonly kind: "hang"; readonly after: boolean }
  /** The connection breaks instead of an answer. */
  | { readonly kind: "reset"; readonly after: boolean }
  /** The answer is cut off in the middle, and its length is kept to. */
  | { readonly kind: "truncated" }
  /** The connection breaks in the middle of the answer. */
  | { readonly kind: "broken-off" }
  /** The answer comes byte by byte. */
  | { readonly kind: "slow"; readonly pauseMs: number };

function waiting(time: number | Gate): () => Promise<void> {
  return typeof time === "number" ? () => Bun.sleep(time) : () => time.pass();
}

/** Makers of faults, named by what a caller sees. */
export const faults = {
  status: (status: number): Fault => ({ kind: "refuse", error: errorOf(status) }),
  refuse: (error: ApiError): Fault => ({ kind: "refuse", error }),
  /** 429 with `retry_after` in whole seconds. */
  tooMany: (seconds: number): Fault => ({ kind: "refuse", error: tooManyRequests(seconds) }),
  html: (status = 502): Fault => ({ kind: "html", status, after: false }),
  htmlAfter: (status = 502): Fault => ({ kind: "html", status, after: true }),
  /** Answered after so many ms, or when the gate is opened; the effect waits too. */
  delay: (time: number | Gate): Fault => ({ kind: "delay", until: waiting(time), after: false }),
  /** The effect takes place at once, the answer waits. */
  delayAfter: (time: number | Gate): Fault => ({ kind: "delay", until: waiting(time), after: true }),
  hang: (): Fault => ({ kind: "hang", after: false }),
  hangAfter: (): Fault => ({ kind: "hang", after: true }),
  reset: (): Fault => ({ kind: "reset", after: false }),
  resetAfter: (): Fault => ({ kind: "reset", after: true }),
  truncated: (): Fault => ({ kind: "truncated" }),
  brokenOff: (): Fault => ({ kind: "broken-off" }),
  slow: (pauseMs = 20): Fault => ({ kind: "slow", pauseMs }),
};

export interface FaultOptions {
  /** How many calls it befalls; all when not given. */
  readonly times?: number;
  /** So many calls pass first. */
  readonly skip?: number;
  /** Only calls of this bot. */
  readonly token?: string;
  readonly when?: (call: Call) => boolean;
}

/** A rule under way; `hits` counts the calls it befell. */
export interface FaultRule {
  readonly hits: number;
  /** Ends it. */
  lift(): void;
}

/** What is to go wrong, newest rule first. */
export class Faults {
  #rules: Rule[] = [];

  /** From now on calls of `method` (`*` for all, `download` for files) go wrong so. */
  add(method: string, fault: Fault, options: FaultOptions = {}): FaultRule {
    const rule = new Rule(method.toLowerCase(), fault, options);
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

  /** What goes wrong with this call, if anything; it is counted. */
  strike(call: Call): Fault | undefined {
    return this.#rules.find((rule) => rule.takes(call))?.fault;
  }
}

class Rule {
  hits = 0;
  #passed = 0;

  constructor(
    readonly method: string,
    readonly fault: Fault,
    readonly options: FaultOptions,
  ) {}

  takes(call: Call): boolean {
    const { token, when, skip = 0, times = Infinity } = this.options;
    if (this.method !== "*" && this.method !== call.method.toLowerCase()) return false;
    if (token !== undefined && token !== call.token) return false;
    if (when && !when(call)) return false;
    if (this.hits >= times) return false;
    if (this.#passed < skip) {
      this.#passed += 1;
      return false;
    }
    this.hits += 1;
    return true;
  }
}
