import { within } from "../../support/wait.ts";
import type { Params } from "./http/params.ts";
import type { Json } from "./shapes.ts";

/** How a call ended for its caller. `lost`: it never heard anything, or not all of it. */
export type CallOutcome = "open" | "answered" | "lost";

/** One call of the Bot API as it came in. */
export class Call {
  outcome: CallOutcome = "open";
  /** HTTP status that was answered. */
  status: number | undefined;
  /** The decoded answer, also when the caller never got it. */
  answer: Json | undefined;
  answeredAt: number | undefined;

  constructor(
    readonly token: string,
    /** As it was spelled. */
    readonly method: string,
    readonly params: Params,
    /** Epoch ms with fractions. */
    readonly arrivedAt: number,
    readonly headers: Readonly<Record<string, string>>,
  ) {}

  /** Parameters as they were sent. */
  get body(): Json {
    return this.params.values;
  }

  get chatId(): string | undefined {
    return this.params.text("chat_id");
  }

  get text(): string | undefined {
    return this.params.text("text") ?? this.params.text("caption");
  }

  /** `result` of an answer that was ok. */
  get result(): unknown {
    return this.answer?.result;
  }
}

/** Calls that say nothing of what happens in chats. */
const QUIET = new Set(["getupdates", "sendchataction"]);

/** Only the newest so many calls are kept unless told otherwise. */
const KEEP = 50_000;

/** Everything that was called, oldest first, with waiting for what has not come yet. */
export class Journal {
  readonly calls: Call[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #listeners = new Set<(call: Call) => void>();

  constructor(readonly keep = KEEP) {}

  add(call: Call): void {
    this.calls.push(call);
    if (this.calls.length > this.keep) this.calls.shift();
    for (const listener of this.#listeners) listener(call);
    this.stir();
  }

  /** Lets those who wait look again. */
  stir(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  /** Tells of every call from now on, until what it returns is called. */
  listen(listener: (call: Call) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls of one method, oldest first. */
  of(method: string): Call[] {
    const name = method.toLowerCase();
    return this.calls.filter((call) => call.method.toLowerCase() === name);
  }

  /** Calls without polling and typing, oldest first. */
  get loud(): Call[] {
    return this.calls.filter((call) => !QUIET.has(call.method.toLowerCase()));
  }

  /** The oldest call of `method` for which `wanted` is true, waiting for it when it has not come yet. */
  async call(
    method: string,
    wanted: (call: Call) => boolean = () => true,
    timeoutMs?: number,
  ): Promise<Call> {
    return this.when(`${method} to be called`, () => this.of(method).find(wanted), timeoutMs);
  }

  /** What `probe` finds, asked again whenever a call came or ended, or a chat changed. */
  when<T>(what: string, probe: () => T | undefined | false, timeoutMs?: number): Promise<T> {
    return within(what, this.#when(probe), timeoutMs);
  }

  async #when<T>(probe: () => T | undefined | false): Promise<T> {
    while (true) {
      const found = probe();
      if (found !== undefined && found !== false) return found;
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
  }

  /** Forgets what was called so far. */
  clear(): void {
    this.calls.length = 0;
  }
}
