import type { Clock } from "../../lib/clock.ts";
import { MAX_SYSTEM_EVENTS } from "../limits.ts";

export interface SystemEvent {
  readonly text: string;
  readonly ts: number;
}

/** Notes posted for the main session by `system-event`; the oldest give way. */
export class SystemEvents {
  private readonly events: SystemEvent[] = [];

  constructor(private readonly clock: Clock) {}

  add(text: string): void {
    this.events.push({ text, ts: this.clock.now() });
    if (this.events.length > MAX_SYSTEM_EVENTS) this.events.shift();
  }

  /** What is waiting, oldest first. */
  list(): readonly SystemEvent[] {
    return this.events;
  }
}
