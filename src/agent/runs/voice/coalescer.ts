import type { Clock, Timer } from "../../../lib/clock.ts";
import { DELTA_INTERVAL_MS, DELTA_TEXT_CHARS } from "../limits.ts";
import { visibleSoFar } from "./directives.ts";

/** A piece of an answer as it is shown. */
export interface Piece {
  /** Everything of this message so far. */
  readonly full: string;
  /** What is new; all of it when the text did not just grow. */
  readonly delta: string;
  readonly replaced: boolean;
}

/**
 * Makes few pieces of many tokens: the first one goes out at once, later ones at most every {@link DELTA_INTERVAL_MS},
 * and more rarely the longer the text is, because every piece shows all of it.
 * A token costs one concatenation; the text is looked at when a piece goes out.
 */
export class Coalescer {
  readonly #clock: Clock;
  readonly #say: (piece: Piece) => void;
  #raw = "";
  #shown = "";
  #saidAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  constructor(clock: Clock, say: (piece: Piece) => void) {
    this.#clock = clock;
    this.#say = say;
  }

  /** What was shown of the message so far. */
  get shown(): string {
    return this.#shown;
  }

  /** A token. */
  push(delta: string): void {
    this.#raw += delta;
    if (this.#timer) return;
    const intervalMs = DELTA_INTERVAL_MS * Math.max(1, this.#raw.length / DELTA_TEXT_CHARS);
    const waitMs = this.#saidAt + intervalMs - this.#clock.monotonic();
    if (waitMs <= 0) this.#flush(visibleSoFar(this.#raw));
    else {
      this.#timer = this.#clock.after(waitMs, () => {
        this.#timer = undefined;
        this.#flush(visibleSoFar(this.#raw));
      });
    }
  }

  /** The message begins anew: its connection was cut, and it is written once more. */
  restart(): void {
    this.#cancel();
    this.#raw = "";
  }

  /** The message is complete: `text` is what is to be seen of it. */
  finish(text: string): void {
    this.#cancel();
    this.#flush(text);
    this.#raw = "";
    this.#shown = "";
  }

  /** Nothing more is said, not even what was held back. */
  stop(): void {
    this.#cancel();
  }

  /** Says what is held back, without the message being complete. */
  flush(): void {
    this.#cancel();
    this.#flush(visibleSoFar(this.#raw));
  }

  #flush(full: string): void {
    const before = this.#shown;
    if (full === before) return;
    const grew = full.startsWith(before);
    // A message that begins anew shows nothing until it has words again.
    if (full === "") return;
    this.#shown = full;
    this.#saidAt = this.#clock.monotonic();
    this.#say({ full, delta: grew ? full.slice(before.length) : full, replaced: !grew });
  }

  #cancel(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
