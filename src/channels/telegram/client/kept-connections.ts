import type { Clock } from "../../../lib/clock.ts";
import { KEPT_MAX_MS, KEPT_SURE_MS } from "./limits.ts";

/** Calls that may be made twice: a connection that turns out to be dead costs them time and nothing else. */
const REPEATABLE = /^(?:get|set|delete|edit|answer|pin|unpin|close|reopen|sendChatAction$)/;

/**
 * Whether a call may use a connection that was kept from the one before. One that was quiet for long may be dead without this
 * side knowing; a message that goes into it is neither sent nor known not to be.
 */
export class KeptConnections {
  readonly #clock: Pick<Clock, "monotonic">;
  #usedAt = Number.NEGATIVE_INFINITY;
  #distrustUntil = Number.NEGATIVE_INFINITY;

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
  }

  /** False when the call needs a connection of its own. */
  mayReuse(method: string): boolean {
    if (REPEATABLE.test(method)) return true;
    const now = this.#clock.monotonic();
    const age = now - this.#usedAt;
    // Beyond the longest time none is kept any more, so there is nothing to fear.
    return now >= this.#distrustUntil && (age <= KEPT_SURE_MS || age > KEPT_MAX_MS);
  }

  /** A call that may reuse connections was answered: what it went by is alive. */
  used(): void {
    this.#usedAt = this.#clock.monotonic();
  }

  /** Whatever is kept now may be dead. */
  distrust(): void {
    this.#distrustUntil = this.#clock.monotonic() + KEPT_MAX_MS;
  }
}
