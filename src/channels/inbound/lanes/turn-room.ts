import type { SessionKey } from "../../../protocol/index.ts";
import { MAX_OPEN_TURNS } from "../limits.ts";
import type { Lane } from "./lane.ts";

/**
 * Room for turns in each session. What there is no room for waits here, where it is durable and keeps its order: the
 * agents' own queue is short, and forgets the oldest.
 */
export class TurnRoom {
  readonly #open = new Map<SessionKey, number>();
  readonly #waiting = new Map<SessionKey, Set<Lane>>();

  constructor(private readonly wake: (lane: Lane) => void) {}

  /** False when the lane has to wait; it is woken when a turn of the session is over. */
  admits(key: SessionKey, lane: Lane): boolean {
    if ((this.#open.get(key) ?? 0) < MAX_OPEN_TURNS) return true;
    const waiting = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, waiting.add(lane));
    return false;
  }

  enter(key: SessionKey): void {
    this.#open.set(key, (this.#open.get(key) ?? 0) + 1);
  }

  leave(key: SessionKey): void {
    const left = (this.#open.get(key) ?? 1) - 1;
    if (left > 0) this.#open.set(key, left);
    else this.#open.delete(key);
    const waiting = this.#waiting.get(key);
    // One place, one lane, whoever waited longest; the last one to leave wakes all that may have been passed over.
    for (const lane of waiting ?? []) {
      waiting?.delete(lane);
      this.wake(lane);
      if (left > 0) break;
    }
    if (waiting?.size === 0) this.#waiting.delete(key);
  }
}
