import { doublingMs } from "../../lib/backoff.ts";
import type { Clock, Timer } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import { StoreError, type StoreErrorCode } from "../../store/index.ts";
import { RETRY_MAX_MS, RETRY_MIN_MS } from "./limits.ts";

/** The gateway stops: whatever was under way is left to the next one. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

/** What keeps the store from taking something; over as soon as it takes anything. */
export interface StoreTrouble {
  readonly since: number;
  readonly code: StoreErrorCode;
  readonly message: string;
}

/** Failures that pass, or that a person mends while we wait: nothing may be lost for them. */
const PASSING: ReadonlySet<StoreErrorCode> = new Set([
  "disk-full",
  "read-only",
  "busy",
  "corrupt",
  "cannot-open",
  "io",
]);

/** Acts of the store that must come about: tried until they do. */
export class Durable {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #rests = new Map<Timer, () => void>();
  #trouble: StoreTrouble | undefined;
  #isStopped = false;

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Logger }) {
    this.#clock = clock;
    this.#log = log;
  }

  get trouble(): StoreTrouble | undefined {
    return this.#trouble;
  }

  /** The result of an act, however long the store is in trouble. @throws Stopped; StoreError for what will not pass */
  async act<T>(what: string, doIt: () => Promise<T>): Promise<T> {
    const result = await this.look(what, doIt);
    this.over();
    return result;
  }

  /** The same for what is read only: it says nothing about whether the store takes anything. @throws like `act` */
  async look<T>(what: string, read: () => Promise<T>): Promise<T> {
    for (let failures = 1; ; failures += 1) {
      try {
        return await read();
      } catch (error) {
        if (this.#isStopped) throw new Stopped();
        if (!this.isPassing(error)) throw error;
        this.note(error, what);
        await this.rest(retryMs(failures));
      }
    }
  }

  /** Whether waiting helps. */
  isPassing(error: unknown): error is StoreError {
    return error instanceof StoreError && PASSING.has(error.code);
  }

  /** Remembers the trouble, and says so once. */
  note(error: StoreError, what: string): void {
    const { code, message } = error;
    if (this.#trouble?.code !== code) this.#log.error(`the store is in trouble: ${what}`, { code, error });
    this.#trouble = { since: this.#trouble?.since ?? this.#clock.now(), code, message };
  }

  /** Waits. @throws Stopped */
  async rest(ms: number): Promise<void> {
    if (!this.#isStopped) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = this.#clock.after(ms, resolve);
      this.#rests.set(timer, resolve);
      await promise;
      timer.cancel();
      this.#rests.delete(timer);
    }
    if (this.#isStopped) throw new Stopped();
  }

  /** Whatever waits gives up. */
  stop(): void {
    this.#isStopped = true;
    for (const resolve of this.#rests.values()) resolve();
  }

  /** The store took something. */
  over(): void {
    if (!this.#trouble) return;
    this.#log.info("the store takes messages again", { since: this.#trouble.since });
    this.#trouble = undefined;
  }
}

/** Doubles with every failure. */
export function retryMs(failures: number, minMs = RETRY_MIN_MS, maxMs = RETRY_MAX_MS): number {
  return doublingMs(failures, minMs, maxMs);
}
