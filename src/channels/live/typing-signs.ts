import type { Clock, Timer } from "../../lib/clock.ts";
import type { ChannelConnection } from "../channel.ts";
import type { Target } from "../outbound-message.ts";
import { TYPING_TTL_MS } from "./limits.ts";

/** A chat, or a topic of one, that is shown the sign. */
export interface TypingPlace {
  readonly key: string;
  readonly connection: Pick<ChannelConnection, "typing">;
  readonly target: Target;
  readonly intervalMs: number;
}

/** One who types. */
export interface TypingHold {
  /** Something happens: the sign begins or goes on. */
  touch(): void;
  stop(): void;
}

interface Chat {
  /** Who types, and until when without another sign of life. */
  readonly holds: Map<TypingHold, number>;
  readonly timer: Timer;
}

/** Shows each chat one typing sign, however many answers are made for it. */
export class TypingSigns {
  private readonly chats = new Map<string, Chat>();

  constructor(private readonly clock: Clock) {}

  /** Shows nothing before it is touched. */
  hold(place: TypingPlace): TypingHold {
    let isOver = false;
    const hold: TypingHold = {
      touch: () => {
        if (!isOver) this.join(place, hold);
      },
      stop: () => {
        isOver = true;
        this.leave(place.key, hold);
      },
    };
    return hold;
  }

  private join(place: TypingPlace, hold: TypingHold): void {
    const until = this.clock.monotonic() + TYPING_TTL_MS;
    const chat = this.chats.get(place.key);
    if (chat) return void chat.holds.set(hold, until);
    const timer = this.clock.every(place.intervalMs, () => this.renew(place));
    this.chats.set(place.key, { holds: new Map([[hold, until]]), timer });
    void place.connection.typing(place.target);
  }

  private leave(key: string, hold: TypingHold): void {
    const chat = this.chats.get(key);
    if (!chat?.holds.delete(hold) || chat.holds.size > 0) return;
    chat.timer.cancel();
    this.chats.delete(key);
  }

  private renew({ key, connection, target }: TypingPlace): void {
    const now = this.clock.monotonic();
    for (const [hold, until] of this.chats.get(key)?.holds ?? []) if (until <= now) this.leave(key, hold);
    if (this.chats.has(key)) void connection.typing(target);
  }
}
