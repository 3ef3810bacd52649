import type { Clock } from "../../../lib/clock.ts";
import type { Entry } from "./entry.ts";
import { Lane, laneKey } from "./lane.ts";

/** What a step came to: something was done, the lane is to be looked at again later, or when it is woken. */
export type Step =
  { readonly kind: "went" } | { readonly kind: "wait"; readonly ms: number } | { readonly kind: "park" };

export const WENT: Step = { kind: "went" };
export const PARK: Step = { kind: "park" };

export interface LanesDeps {
  readonly clock: Clock;
  /** Takes up the head of a lane. Never rejects. */
  readonly step: (lane: Lane) => Promise<Step>;
}

/** All lanes: each moves by itself, one step after the other; those with nothing in them are forgotten. */
export class Lanes {
  readonly #deps: LanesDeps;
  readonly #lanes = new Map<string, Lane>();
  readonly #moving = new Set<Promise<void>>();
  #isStopped = false;

  constructor(deps: LanesDeps) {
    this.#deps = deps;
  }

  get all(): readonly Lane[] {
    return [...this.#lanes.values()];
  }

  get(key: string): Lane | undefined {
    return this.#lanes.get(key);
  }

  /** Gives entries of one lane their places; it moves when it is woken. */
  place(first: Entry, ...others: readonly Entry[]): Lane {
    const key = laneKey(first.row);
    const lane = this.#lanes.get(key) ?? new Lane(first.row, key);
    this.#lanes.set(key, lane);
    lane.add([first, ...others]);
    return lane;
  }

  /** Looks at a lane now. */
  wake(lane: Lane): void {
    lane.isStirred = true;
    if (lane.isMoving || this.#isStopped) return;
    lane.timer?.cancel();
    lane.timer = undefined;
    const moving = this.#move(lane).finally(() => this.#moving.delete(moving));
    this.#moving.add(moving);
  }

  /** Begins no more steps; resolves when those under way are over. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { timer } of this.#lanes.values()) timer?.cancel();
    await Promise.all(this.#moving);
  }

  async #move(lane: Lane): Promise<void> {
    lane.isMoving = true;
    while (!this.#isStopped && lane.head) {
      lane.isStirred = false;
      const step = await this.#deps.step(lane);
      if (step.kind === "went") lane.failures = 0;
      if (step.kind === "went" || lane.isStirred) continue;
      if (step.kind === "wait" && !this.#isStopped) {
        lane.timer = this.#deps.clock.after(step.ms, () => this.wake(lane));
      }
      break;
    }
    lane.isMoving = false;
    if (!lane.head) this.#lanes.delete(lane.key);
  }
}
