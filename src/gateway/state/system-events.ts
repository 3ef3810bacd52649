import type { Clock } from "../../lib/clock.ts";
import type { SessionKey } from "../../protocol/index.ts";
import { MAX_SYSTEM_EVENTS } from "../limits.ts";

export interface SystemEvent {
  readonly text: string;
  readonly ts: number;
  /** The session it is for; the default agent's main one when undefined. */
  readonly sessionKey: SessionKey | undefined;
}

/** Notes left for sessions by `system-event` and `wake`, until their next turn; the oldest give way. */
export class SystemEvents {
  private events: SystemEvent[] = [];

  constructor(
    private readonly clock: Clock,
    /** Where notes go that name no session. */
    private readonly mainKey: () => SessionKey,
  ) {}

  add(text: string, sessionKey?: SessionKey): void {
    this.events.push({ text, ts: this.clock.now(), sessionKey });
    if (this.events.length > MAX_SYSTEM_EVENTS) this.events.shift();
  }

  /** What is waiting, oldest first. */
  list(): readonly SystemEvent[] {
    return this.events;
  }

  /** What waits for a session, oldest first. */
  of(sessionKey: SessionKey): readonly SystemEvent[] {
    return this.events.filter((event) => (event.sessionKey ?? this.mainKey()) === sessionKey);
  }

  /** These were read; they wait no longer. */
  drop(read: readonly SystemEvent[]): void {
    if (read.length > 0) this.events = this.events.filter((event) => !read.includes(event));
  }
}
