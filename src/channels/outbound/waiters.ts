import type { Clock } from "../../lib/clock.ts";
import type { OutboxRepository, OutboxRow } from "../../store/index.ts";
import type { DeliveryOutcome } from "../deliveries.ts";
import { outcomeOf } from "./stored.ts";

/** `late`: patience ended; `stopped`: nobody will know in this process. */
type Listener = (end: OutboxRow | "late" | "stopped") => void;

/** Those who wait for the end of a delivery. */
export class Waiters {
  readonly #clock: Clock;
  readonly #outbox: Pick<OutboxRepository, "get">;
  readonly #listeners = new Map<number, Set<Listener>>();

  constructor(clock: Clock, outbox: Pick<OutboxRepository, "get">) {
    this.#clock = clock;
    this.#outbox = outbox;
  }

  /** How a delivery ends, or that it is pending when patience does. */
  async outcome(row: OutboxRow, patienceMs: number): Promise<DeliveryOutcome> {
    const first = outcomeOf(row);
    if (first.state !== "pending") return first;
    const over = Promise.withResolvers<OutboxRow | "late" | "stopped">();
    const listeners = this.#listeners.get(row.id) ?? new Set();
    this.#listeners.set(row.id, listeners.add(over.resolve));
    const timer = this.#clock.after(patienceMs, () => over.resolve("late"));
    try {
      // It may have ended before anybody listened, and what holds it up is known by the end of patience only.
      const present = await this.#outbox.get(row.id);
      if (present !== undefined && outcomeOf(present).state !== "pending") return outcomeOf(present);
      const end = await over.promise;
      if (end === "stopped") return first;
      return outcomeOf(end === "late" ? ((await this.#outbox.get(row.id)) ?? row) : end);
    } finally {
      timer.cancel();
      listeners.delete(over.resolve);
      if (listeners.size === 0) this.#listeners.delete(row.id);
    }
  }

  /** A delivery is over. */
  tell(row: OutboxRow): void {
    for (const listener of this.#listeners.get(row.id) ?? []) listener(row);
  }

  /** Nobody waits any longer. */
  release(): void {
    for (const listeners of this.#listeners.values()) for (const listener of listeners) listener("stopped");
  }
}
