import type { Clock } from "../../lib/clock.ts";
import type { SessionKey } from "../../protocol/index.ts";
import { MAX_SYSTEM_EVENTS, MAX_SYSTEM_EVENTS_IN_ALL } from "../limits.ts";

export interface SystemEvent {
  readonly text: string;
  readonly ts: number;
  /** The session it is for; the default agent's main one when undefined. */
  readonly sessionKey: SessionKey | undefined;
}

/**
 * Notes left for sessions by `system-event`, `wake` and what happens in chats, until their next turn. The oldest of a
 * session give way to its newer ones: a crowd in one chat takes no note from another.
 */
export class SystemEvents {
  private events: SystemEvent[] = [];

  constructor(
    private readonly clock: Clock,
    /** Where notes go that name no session. */
    private readonly mainKey: () => SessionKey,
  ) {}

  add(text: string, sessionKey?: SessionKey): void {
    this.events.push({ text, ts: this.clock.now(), sessionKey });
    const own = this.of(sessionKey ?? this.mainKey());
    this.drop(own.slice(0, Math.max(0, own.length - MAX_SYSTEM_EVENTS)));
    if (this.events.length > MAX_SYSTEM_EVENTS_IN_ALL) this.events.shift();
  }

  /** What is waiting for the default agent's main session, oldest first. */
  list(): readonly SystemEvent[] {
    return this.of(this.mainKey());
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
