import type { SessionKey } from "../../../protocol/index.ts";
import { type LaneWork, SessionLane } from "./session-lane.ts";

/** The lanes of the sessions in use. */
export class SessionLanes {
  readonly #work: Omit<LaneWork, "idle">;
  readonly #lanes = new Map<SessionKey, SessionLane>();
  #isClosed = false;

  constructor(work: Omit<LaneWork, "idle">) {
    this.#work = work;
  }

  /** The lane of a session in use. */
  get(key: SessionKey): SessionLane | undefined {
    return this.#lanes.get(key);
  }

  /** The lane of any session; whoever asks visits it until it is used. */
  of(key: SessionKey): SessionLane {
    const known = this.#lanes.get(key);
    if (known) return known;
    const lane = new SessionLane({ ...this.#work, idle: () => this.#lanes.delete(key) });
    if (this.#isClosed) lane.close();
    this.#lanes.set(key, lane);
    return lane;
  }

  /** No lane starts anything more. */
  close(): void {
    this.#isClosed = true;
    for (const lane of this.#lanes.values()) lane.close();
  }

  all(): readonly SessionLane[] {
    return [...this.#lanes.values()];
  }
}
