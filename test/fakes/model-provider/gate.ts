/**
 * Holds one response at one place until the test opens it, so that a test waits for conditions and never for time:
 * `await gate.reached` says the response stands at the gate, `gate.open()` lets it go on.
 */
export class Gate {
  readonly #arrival = Promise.withResolvers<void>();
  readonly #opening = Promise.withResolvers<void>();

  /** Settles when a response first stands at this gate. */
  readonly reached: Promise<void> = this.#arrival.promise;

  /** Lets every response at this gate go on, now and later. */
  open(): void {
    this.#opening.resolve();
  }

  /** For the player: says that a response has arrived, and settles when it may go on. */
  pass(): Promise<void> {
    this.#arrival.resolve();
    return this.#opening.promise;
  }
}
