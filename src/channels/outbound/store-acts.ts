import { doublingMs } from "../../lib/backoff.ts";
import type { Clock, Timer } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import { StoreError, type StoreErrorCode } from "../../store/index.ts";
import { STORE_RETRY_FIRST_MS, STORE_RETRY_MAX_MS } from "./limits.ts";

/** Troubles of the machine, not of the act: the same act works once they are over. */
const PASSING: ReadonlySet<StoreErrorCode> = new Set(["disk-full", "read-only", "busy", "io", "cannot-open"]);

/** The way out was closed while an act waited for the store. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

/** Why the store cannot be written at present. */
export interface StoreTrouble {
  /** Epoch ms. */
  readonly since: number;
  readonly message: string;
}

interface Waiting {
  readonly attempt: () => Promise<void>;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes what must be written. While the store cannot be, acts wait in their order and only the first one is tried: each
 * try of a locked file holds up the whole process.
 */
export class StoreActs {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #waiting: Waiting[] = [];
  #timer: Timer | undefined;
  #failures = 0;
  #trouble: StoreTrouble | undefined;
  #stopped = false;

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
  }

  get trouble(): StoreTrouble | undefined {
    return this.#trouble;
  }

  /** Carries out an act, however long that takes. @throws Stopped; StoreError that no waiting mends */
  async run<T>(act: () => Promise<T>): Promise<T> {
    if (this.#stopped) throw new Stopped("the way out is closed");
    if (this.#waiting.length === 0) {
      try {
        return await act();
      } catch (error) {
        if (!isPassing(error)) throw error;
        this.#note(error);
      }
    }
    return this.#enqueue(act);
  }

  /** Acts that wait are given up. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    for (const { reject } of this.#waiting.splice(0)) reject(new Stopped("the way out is closed"));
  }

  #enqueue<T>(act: () => Promise<T>): Promise<T> {
    if (this.#stopped) throw new Stopped("the way out is closed");
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#waiting.push({ attempt: async () => resolve(await act()), reject });
    this.#schedule();
    return promise;
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#stopped) return;
    const pause = doublingMs(this.#failures, STORE_RETRY_FIRST_MS, STORE_RETRY_MAX_MS);
    this.#timer = this.#clock.after(pause, () => void this.#retry());
  }

  async #retry(): Promise<void> {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      try {
        await first.attempt();
      } catch (error) {
        if (isPassing(error)) {
          this.#note(error);
          break;
        }
        first.reject(error);
      }
      if (this.#waiting[0] === first) this.#waiting.shift();
    }
    this.#timer = undefined;
    if (this.#waiting.length > 0) this.#schedule();
    else this.#over();
  }

  #note(error: StoreError): void {
    this.#failures += 1;
    if (this.#trouble === undefined) {
      this.#log.error("what goes out cannot be stored; it is tried again", { error: error.message });
    }
    this.#trouble = { since: this.#trouble?.since ?? this.#clock.now(), message: error.message };
  }

  #over(): void {
    if (this.#trouble !== undefined) this.#log.info("the store can be written again");
    this.#failures = 0;
    this.#trouble = undefined;
  }
}

function isPassing(error: unknown): error is StoreError {
  return error instanceof StoreError && PASSING.has(error.code);
}
