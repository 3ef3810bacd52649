import { availableParallelism } from "node:os";
import {
  BACKGROUND_LANE_WIDTH,
  MAIN_LANE_MIN_WIDTH,
  MAIN_LANE_WIDTH_PER_CPU,
  SUBAGENT_LANE_WIDTH,
} from "../limits.ts";

/** A run's right to be at work; `release` is safe to call twice. */
export interface Slot {
  release(): void;
}

interface Waiter {
  readonly enter: (slot: Slot) => void;
}

/** How wide the lanes are now. */
export type LaneWidths = (lane: string) => number;

/** Widths from the configuration: `agents.defaults.maxConcurrent` for `main`, `subagents.maxConcurrent` for helpers. */
export function configuredWidths(
  config: () => { readonly main: number | undefined; readonly subagent: number | undefined },
  cpus: number = availableParallelism(),
): LaneWidths {
  return (lane) => {
    switch (lane) {
      case "main":
        return config().main ?? Math.max(MAIN_LANE_MIN_WIDTH, MAIN_LANE_WIDTH_PER_CPU * cpus);
      case "subagent":
        return config().subagent ?? SUBAGENT_LANE_WIDTH;
      case "background":
        return BACKGROUND_LANE_WIDTH;
      default:
        return 1;
    }
  };
}

/** The lanes all sessions share: each lets so many runs at work at once, the others in order of arrival. */
export class Lanes {
  readonly #widths: LaneWidths;
  readonly #busy = new Map<string, number>();
  readonly #waiting = new Map<string, Set<Waiter>>();

  constructor(widths: LaneWidths) {
    this.#widths = widths;
  }

  /** Runs at work in a lane. */
  busy(lane: string): number {
    return this.#busy.get(lane) ?? 0;
  }

  /** A slot, when it is this caller's turn; undefined when `signal` is aborted first. */
  async acquire(lane: string, signal: AbortSignal): Promise<Slot | undefined> {
    if (signal.aborted) return undefined;
    if (this.#hasRoom(lane)) return this.#take(lane);
    return this.#wait(lane, signal);
  }

  #wait(lane: string, signal: AbortSignal): Promise<Slot | undefined> {
    const queue = this.#waiting.get(lane) ?? new Set<Waiter>();
    this.#waiting.set(lane, queue);
    return new Promise((resolve) => {
      const leave = () => {
        queue.delete(waiter);
        resolve(undefined);
      };
      const waiter: Waiter = {
        enter: (slot) => {
          signal.removeEventListener("abort", leave);
          resolve(slot);
        },
      };
      queue.add(waiter);
      signal.addEventListener("abort", leave, { once: true });
    });
  }

  #hasRoom(lane: string): boolean {
    return this.busy(lane) < Math.max(1, this.#widths(lane)) && !this.#waiting.get(lane)?.size;
  }

  #take(lane: string): Slot {
    this.#busy.set(lane, this.busy(lane) + 1);
    let held = true;
    return {
      release: () => {
        if (!held) return;
        held = false;
        this.#busy.set(lane, this.busy(lane) - 1);
        this.#admit(lane);
      },
    };
  }

  /** Lets in as many as there is room for; a width that was raised meanwhile lets in more than one. */
  #admit(lane: string): void {
    const queue = this.#waiting.get(lane);
    for (const waiter of queue ?? []) {
      if (this.busy(lane) >= Math.max(1, this.#widths(lane))) return;
      queue?.delete(waiter);
      waiter.enter(this.#take(lane));
    }
  }
}
