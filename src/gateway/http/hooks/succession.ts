import { type Clock, inTime } from "../../../lib/clock.ts";

/** Lets those of one name come one after the other. */
export class Succession {
  readonly #last = new Map<string, Promise<void>>();

  constructor(private readonly clock: Clock) {}

  /** Waits until those before are done; returns what says that this one is, or undefined after `patienceMs`. */
  async enter(name: string, patienceMs: number): Promise<(() => void) | undefined> {
    const before = this.#last.get(name) ?? Promise.resolve();
    const { promise, resolve: leave } = Promise.withResolvers<void>();
    const last = before.then(() => promise);
    this.#last.set(name, last);
    void last.then(() => {
      if (this.#last.get(name) === last) this.#last.delete(name);
    });
    const arrived = before.then(() => true);
    const isIn = await inTime(this.clock, patienceMs, arrived, false);
    if (isIn) return leave;
    leave();
    return undefined;
  }

  /** Names somebody is under. */
  get size(): number {
    return this.#last.size;
  }
}
