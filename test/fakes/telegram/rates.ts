import { tooManyRequests } from "./errors.ts";
import type { ChatType } from "./shapes.ts";

/** How often a bot may post; each figure can be set for a test. */
export interface RateLimits {
  /** Messages a second, all chats together. */
  readonly perSecond: number;
  /** Messages a second in one chat, on average. */
  readonly perChatSecond: number;
  /** Messages a chat takes at once before the average counts. */
  readonly chatBurst: number;
  /** Messages a minute in one group or channel. */
  readonly perGroupMinute: number;
}

/** What Telegram's FAQ says, with the short bursts it tolerates. */
export const TELEGRAM_LIMITS: RateLimits = {
  perSecond: 30,
  perChatSecond: 1,
  chatBurst: 5,
  perGroupMinute: 20,
};

/** Methods that put something before people's eyes. */
const COUNTED = /^(?:send(?!chataction)|edit(?!forum)|forward|copy)/;

/** Counts a bot's posts. */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();

  constructor(
    readonly limits: RateLimits,
    /** Ms since any moment. */
    readonly now: () => number = () => performance.now(),
  ) {}

  /** Counts one call. @throws ApiError 429 with the seconds until it would pass; a refused call counts nothing */
  take(
    token: string,
    method: string,
    chat: { readonly id: number; readonly type: ChatType } | undefined,
  ): void {
    if (!COUNTED.test(method.toLowerCase())) return;
    const { perSecond, perChatSecond, chatBurst, perGroupMinute } = this.limits;
    const buckets = [this.#bucket(token, perSecond, perSecond)];
    if (chat) {
      const key = `${token} ${chat.id}`;
      buckets.push(this.#bucket(key, chatBurst, perChatSecond));
      if (chat.type !== "private") {
        buckets.push(this.#bucket(`${key} minute`, perGroupMinute, perGroupMinute / 60));
      }
    }
    const now = this.now();
    const waitMs = Math.max(...buckets.map((bucket) => bucket.waitMs(now)));
    if (waitMs > 0) throw tooManyRequests(Math.max(1, Math.ceil(waitMs / 1000)));
    for (const bucket of buckets) bucket.take();
  }

  #bucket(key: string, size: number, perSecond: number): Bucket {
    let bucket = this.#buckets.get(key);
    if (!bucket) this.#buckets.set(key, (bucket = new Bucket(size, perSecond, this.now())));
    return bucket;
  }
}

/** So many at once, refilled at a steady rate. */
class Bucket {
  #left: number;
  #at: number;

  constructor(
    readonly size: number,
    readonly perSecond: number,
    now: number,
  ) {
    this.#left = size;
    this.#at = now;
  }

  waitMs(now: number): number {
    this.#left = Math.min(this.size, this.#left + ((now - this.#at) / 1000) * this.perSecond);
    this.#at = now;
    return this.#left >= 1 ? 0 : ((1 - this.#left) / this.perSecond) * 1000;
  }

  take(): void {
    this.#left -= 1;
  }
}
