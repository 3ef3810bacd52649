import type { Clock } from "../../lib/clock.ts";
import { PACED_CHATS_SWEEP } from "./limits.ts";

/** Keeps calls for previews in one chat apart, whoever makes them. */
export class PreviewPace {
  /** Monotonic ms the next call of a chat may be made at. */
  private readonly next = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  /** Ms until a call may be made in the chat; 0 is now. */
  delay(chat: string): number {
    return Math.max(0, (this.next.get(chat) ?? 0) - this.clock.monotonic());
  }

  /** No call in the chat for this long. */
  rest(chat: string, ms: number): void {
    const now = this.clock.monotonic();
    this.next.set(chat, Math.max(this.next.get(chat) ?? 0, now + ms));
    if (this.next.size > PACED_CHATS_SWEEP)
      for (const [key, at] of this.next) if (at <= now) this.next.delete(key);
  }
}
